use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json, value::RawValue};

use super::*;

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        texts().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 64, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Value::from),
            prop::collection::btree_map(texts(), inner, 0..8)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// Long ones too, with what has to be escaped in any place.
fn texts() -> impl Strategy<Value = String> {
    prop_oneof![any::<String>(), "[a-zا-ي\"\\\\\u{0}-\u{1f}\u{7f}]{0,200}", "[ا-ي ]{0,200}"]
}

fn assert_same(value: &impl Serialize) {
    let ours = String::from_utf8(to_json(value).expect("JSON")).expect("UTF-8");
    assert_eq!(ours, serde_json::to_string(value).expect("JSON"));
}

proptest! {
    #[test]
    fn any_value_has_the_bytes_that_serde_json_gives_it(value in values()) {
        assert_same(&value);
    }

    #[test]
    fn any_text_has_the_bytes_that_serde_json_gives_it(text in texts()) {
        assert_same(&text);
    }
}

#[test]
fn every_form_of_data_has_the_bytes_that_serde_json_gives_it() {
    #[derive(Serialize)]
    enum Form {
        Unit,
        New(u8),
        Tuple(u8, char),
        Struct { one: Option<u8>, other: () },
    }
    #[derive(Serialize)]
    struct Whole {
        forms: Vec<Form>,
        raw: Box<RawValue>,
        #[serde(skip_serializing_if = "Option::is_none")]
        missing: Option<u8>,
        #[serde(flatten)]
        rest: BTreeMap<String, Value>,
        pair: (f32, i128),
    }
    let raw = RawValue::from_string(r#"{"a" : [1, "\u00e9"]}"#.to_owned()).expect("JSON");
    assert_same(&Whole {
        forms: vec![Form::Unit, Form::New(1), Form::Tuple(2, '"'), Form::Struct { one: None, other: () }],
        raw: raw.clone(),
        missing: None,
        rest: BTreeMap::from([("سطر".to_owned(), json!({"text": "\n", "none": null}))]),
        pair: (0.1, -7),
    });
    assert_same(&[raw.clone(), raw]);
    assert_same(&f64::NAN);
    assert!(to_json(&BTreeMap::from([(1, 2)])).is_err());
}
