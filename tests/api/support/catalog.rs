use diesel::{RunQueryDsl, dsl::sql, sql_types::Text};

use super::TestDatabase;

/// One line for each thing that a migration can make, and all that it is.
const OBJECTS: &str = "
    WITH relation AS (
        SELECT oid, relname, relkind, reloptions, relpersistence FROM pg_class
        WHERE relnamespace = 'public'::regnamespace
    )
    SELECT format('%s %s %s %s', CASE relkind
        WHEN 'r' THEN 'table' WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view'
        WHEN 'S' THEN 'sequence' WHEN 'p' THEN 'partitioned table' ELSE relkind::text
    END, relname, relpersistence, reloptions) AS line
    FROM relation WHERE relkind NOT IN ('i', 'I')
    UNION ALL
    SELECT format('column %s %s %s %s collate %s null %s default %s %s %s',
        relname, row_number() OVER (PARTITION BY relation.oid ORDER BY attnum), attname,
        format_type(atttypid, atttypmod), attcollation::regcollation, NOT attnotnull,
        pg_get_expr(adbin, adrelid), attgenerated, attidentity)
    FROM relation JOIN pg_attribute ON attrelid = relation.oid
    LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
    WHERE relkind NOT IN ('i', 'I') AND attnum > 0 AND NOT attisdropped
    UNION ALL
    SELECT format('constraint %s %s %s', relname, conname, pg_get_constraintdef(pg_constraint.oid))
    FROM relation JOIN pg_constraint ON conrelid = relation.oid
    UNION ALL
    SELECT format('index %s', indexdef) FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL
    SELECT format('trigger %s', pg_get_triggerdef(pg_trigger.oid))
    FROM relation JOIN pg_trigger ON tgrelid = relation.oid WHERE NOT tgisinternal
    UNION ALL
    SELECT format('view %s %s', relname, pg_get_viewdef(oid)) FROM relation WHERE relkind IN ('v', 'm')
    UNION ALL
    SELECT format('function %s', CASE prokind
        WHEN 'a' THEN pg_proc.oid::regprocedure::text ELSE pg_get_functiondef(pg_proc.oid) END)
    FROM pg_proc WHERE pronamespace = 'public'::regnamespace
        AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')
    UNION ALL
    SELECT format('type %s %s', typname, typtype)
    FROM pg_type WHERE typnamespace = 'public'::regnamespace AND typtype IN ('e', 'd', 'r')
        AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_type.oid AND deptype = 'e')
    UNION ALL
    SELECT format('extension %s', extname) FROM pg_extension WHERE extname <> 'plpgsql'
    ORDER BY line";

impl TestDatabase {
    /// Everything that its schema consists of.
    pub fn objects(&self) -> Vec<String> {
        sql::<Text>(OBJECTS).load(&mut self.connect()).expect("the catalog")
    }
}
