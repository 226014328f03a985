use serde_json::{Map, Value, json};

use super::Document;

/// Words of a dozen scripts, with what makes trouble in each: marks, joiners, letters beyond U+FFFF.
pub const SCRIPTS: [(&str, &[&str]); 14] = [
    ("ar", &["خبر", "القُدس", "مكتبة", "١٤٤٨", "لـله", "شؤون"]),
    ("fa", &["کتابخانه\u{200c}ای", "خانهٔ", "آب", "می\u{200c}آید", "گرامی"]),
    ("ku", &["هەولێر", "هه\u{200c}ولێر", "کوردستان", "ڕۆژنامە", "ئاو"]),
    ("ur", &["خبریں", "ہفتہ", "پاکستان", "ٹھیک", "ڈاک"]),
    ("he", &["חֲדָשׁוֹת", "ירושלים", "צה״ל", "ספר", "עיר"]),
    ("tr", &["İstanbul", "ığdır", "şehir", "göçmen", "ÇAĞ"]),
    ("am", &["አዲስ", "አበባ", "ዜና", "ኢትዮጵያ", "ሰላም"]),
    ("hi", &["समाचार", "हिन्दी", "क़लम", "दिल्ली", "पानी"]),
    ("zh", &["新闻", "北京", "𨋢", "図書館", "経済"]),
    ("ko", &["뉴스", "서울", "도서관", "한국", "값"]),
    ("th", &["ข่าว", "กรุงเทพ", "น้ำ", "ที่", "ห้อง"]),
    ("el", &["Ειδήσεις", "ΟΔΟΣ", "Ἀθῆναι", "νερό", "βιβλίο"]),
    ("ru", &["Новости", "ЁЖ", "вода", "й", "Москва"]),
    ("ff", &["𞤆𞤵𞤤𞤢𞤪", "𞤸𞤢𞤥𞤲𞤫", "ɓiɓɓe", "ndiyam", "🌒"]),
];

const HOSTS: [&str; 10] = [
    "example.org",
    "localhost",
    "127.0.0.1:8080",
    "[2001:db8::1]",
    "example.org:8443",
    "موقع.وزارة-الاتصالات.مصر",
    "例え.テスト",
    "пример.испытание",
    "उदाहरण.परीक्षा",
    "xn--mgbh0fb.xn--kgbechtv",
];

/// What a key may name, by the member that it is in.
type Keys<'a> = Box<dyn Fn(&str) -> Vec<String> + 'a>;

/// Values that a document allows, the same for the same seed.
pub struct Generated<'a> {
    pub document: &'a Document,
    state: u64,
    words: &'static [&'static str],
    pub language: &'static str,
    keys: Keys<'a>,
}

impl<'a> Generated<'a> {
    pub fn new(document: &'a Document, seed: u64, keys: impl Fn(&str) -> Vec<String> + 'a) -> Self {
        let (language, words) = SCRIPTS[seed as usize % SCRIPTS.len()];
        Self {
            document,
            state: seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1,
            words,
            language,
            keys: Box::new(keys),
        }
    }

    /// A number below the bound (xorshift64*).
    pub fn below(&mut self, bound: usize) -> usize {
        self.state ^= self.state >> 12;
        self.state ^= self.state << 25;
        self.state ^= self.state >> 27;
        (self.state.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % bound.max(1)
    }

    pub fn one_of<T: Clone>(&mut self, values: &[T]) -> T {
        values[self.below(values.len())].clone()
    }

    /// Words of the script, with its marks and with those of others.
    fn sentence(&mut self) -> String {
        let between = [
            " ",
            " ",
            " ",
            "، ",
            "-",
            " «",
            "» ",
            "\n\n",
            ": ",
            "’s ",
            "\t",
            " \u{202f}",
            "<b>",
            "&amp;",
            "*",
        ];
        let mut sentence = self.one_of(self.words).to_owned();
        for _ in 0..self.below(6) {
            sentence.push_str(self.one_of(&between));
            let words = if self.below(5) == 0 { SCRIPTS[self.below(SCRIPTS.len())].1 } else { self.words };
            sentence.push_str(self.one_of(words));
        }
        sentence
    }

    fn slug(&mut self) -> String {
        let words = (0..=self.below(3)).map(|_| self.one_of(self.words).to_lowercase());
        let mut words: Vec<String> =
            words.map(|word| word.chars().filter(|c| c.is_alphanumeric()).collect()).collect();
        // Of a picture nothing is left.
        words.retain(|word| !word.is_empty());
        words.push(self.below(1_000_000).to_string());
        words.join("-")
    }

    fn url(&mut self) -> String {
        let (scheme, host) = (self.one_of(&["http", "https"]), self.one_of(&HOSTS));
        let path = match self.below(5) {
            0 => String::new(),
            1 => format!("/{}", self.one_of(self.words)),
            2 => "/{id}|x?a=[b]&c=^".to_owned(),
            3 => format!("?q={}", self.slug()),
            _ => format!("/news/{}#top", self.slug()),
        };
        format!("{scheme}://{host}{path}")
    }

    /// A text that the schema of a string allows, of the kind that it is meant for.
    fn text(&mut self, schema: &Value) -> String {
        match schema["format"].as_str() {
            Some("uuid") => return format!("01981d3e-5a6c-7e0b-9d53-{:012x}", self.below(usize::MAX)),
            Some("date-time") => {
                return self
                    .one_of(&[
                        "0001-01-01T00:00:00Z",
                        "2026-11-23T09:30:00.123456+03:00",
                        "2026-02-28T23:59:59Z",
                    ])
                    .to_owned();
            }
            Some("date") => return self.one_of(&["2026-11-23", "0001-01-01"]).to_owned(),
            _ => {}
        }
        // The pattern has no word for the capitals of all scripts.
        if schema["pattern"] == self.document.0["components"]["schemas"]["Slug"]["pattern"] {
            return self.slug();
        }
        let allows = self.document.validator(schema);
        for attempt in 0..200 {
            let text = match attempt % 8 {
                0 => self.sentence(),
                1 => self.slug(),
                2 => self.url(),
                3 => format!("Q{}", 1 + self.below(100_000_000)),
                4 => self.one_of(&[self.language, "ar", "zh-Hant", "en-GB"]).to_owned(),
                5 => self.one_of(&["7d", "28d"]).to_owned(),
                6 => self.one_of(self.words).to_owned(),
                _ => String::new(),
            };
            if allows.is_valid(&json!(text)) {
                return text;
            }
        }
        panic!("nothing is known that fits {schema}")
    }

    /// A value of the schema, as the member of that name.
    pub fn value(&mut self, name: &str, schema: &Value) -> Value {
        if schema["$ref"].as_str().is_some_and(|target| target.ends_with("/Key"))
            || schema["description"] == "An id (UUID) or a slug."
        {
            return json!(self.one_of(&(self.keys)(name)));
        }
        let schema = self.document.resolve(schema).clone();
        if let Some(values) = schema["enum"].as_array() {
            return self.one_of(values);
        }
        if let Some(value) = schema.get("const") {
            return value.clone();
        }
        for choice in ["oneOf", "anyOf"] {
            if let Some(schemas) = schema[choice].as_array() {
                let schema = self.one_of(schemas);
                return self.value(name, &schema);
            }
        }
        let kind = match &schema["type"] {
            Value::Array(kinds) => self.one_of(kinds),
            kind => kind.clone(),
        };
        match kind.as_str() {
            Some("null") => Value::Null,
            Some("boolean") => json!(self.below(2) == 0),
            Some("integer") => {
                let (least, most) =
                    (schema["minimum"].as_i64().unwrap_or(0), schema["maximum"].as_i64().unwrap_or(1000));
                json!(least + self.below((most - least).clamp(0, 1_000_000) as usize + 1) as i64)
            }
            Some("number") => {
                let (least, most) =
                    (schema["minimum"].as_f64().unwrap_or(0.0), schema["maximum"].as_f64().unwrap_or(1.0));
                json!(least + (most - least) * self.below(1001) as f64 / 1000.0)
            }
            Some("string") => json!(self.text(&schema)),
            Some("array") => {
                let count = self.below(4).max(schema["minItems"].as_u64().unwrap_or(0) as usize);
                Value::Array((0..count).map(|_| self.value(name, &schema["items"])).collect())
            }
            Some("object") => self.object(&schema),
            _ => panic!("{name}: no type in {schema}"),
        }
    }

    fn object(&mut self, schema: &Value) -> Value {
        let mut members = Map::new();
        for (name, member) in schema["properties"].as_object().into_iter().flatten() {
            let is_required = schema["required"].as_array().is_some_and(|names| names.contains(&json!(name)));
            if is_required || self.below(3) > 0 {
                members.insert(name.clone(), self.value(name, member));
            }
        }
        if let (Some(texts), true) =
            (schema.get("additionalProperties").filter(|it| it.is_object()), members.is_empty())
        {
            for language in [self.language, "ar", "en"].into_iter().take(1 + self.below(3)) {
                members.insert(language.to_owned(), self.value(language, texts));
            }
        }
        if schema["additionalProperties"] == true {
            members
                .insert(self.one_of(self.words).to_owned(), json!([self.sentence(), self.below(1000), null]));
        }
        Value::Object(members)
    }
}
