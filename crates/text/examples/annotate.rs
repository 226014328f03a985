//! How fast names are found in articles, beside a plain scan for the same patterns, in one run:
//!
//! ```text
//! cargo run --release -p maqal-text --example annotate ENTITIES.ndjson ARTICLES.ndjson
//! ```
//!
//! Both files have a line for each, as `POST /v1/entities` and `POST /v1/articles` take them.

use std::{collections::HashSet, error::Error, fs, time::Instant};

use aho_corasick::{AhoCorasick, MatchKind};
use maqal_text::gazetteer::{Entity, Gazetteer, Name};
use serde_json::Value;

/// The allocator of the service.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn lines(path: &str) -> Result<Vec<Value>, Box<dyn Error>> {
    fs::read_to_string(path)?.lines().map(|line| Ok(serde_json::from_str(line)?)).collect()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn entity((id, line): (u32, &Value)) -> Entity {
    let names = line["names"].as_object().into_iter().flatten();
    let names = names.map(|(language, name)| Name { text: text(name), language: Some(language.clone()) });
    let aliases = line["aliases"].as_array().into_iter().flatten();
    let language = |alias: &Value| alias["language"].as_str().map(str::to_owned);
    let aliases = aliases.map(|alias| Name { text: text(&alias["name"]), language: language(alias) });
    Entity {
        id,
        names: names.chain(aliases).collect(),
        is_person: line["type"] == "person",
        ..Entity::default()
    }
}

/// The most memory that the process has had so far.
fn peak() -> String {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    peak.unwrap_or("unknown").trim().to_owned()
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [entities, articles] = arguments.as_slice() else {
        return Err("usage: annotate ENTITIES.ndjson ARTICLES.ndjson".into());
    };
    let entities: Vec<Entity> = (0..).zip(&lines(entities)?).map(entity).collect();
    let start = Instant::now();
    let gazetteer = Gazetteer::build(entities.iter().cloned());
    let names: HashSet<&str> =
        entities.iter().flat_map(|entity| &entity.names).map(|name| name.text.as_str()).collect();
    println!(
        "{} entities, {} names, built in {:?}, peak {}",
        entities.len(),
        names.len(),
        start.elapsed(),
        peak()
    );
    let scan = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&names)?;
    let mut articles = lines(articles)?;
    let articles: Vec<([String; 3], String)> = articles
        .drain(..)
        .map(|line| {
            (["headline", "standfirst", "body"].map(|field| text(&line[field])), text(&line["language"]))
        })
        .collect();
    let bytes: usize = articles.iter().flat_map(|(texts, _)| texts).map(String::len).sum();
    println!("{} articles, {:.1} MB", articles.len(), bytes as f64 / 1e6);
    let report = |what: &str, start: Instant, found: usize| {
        let rate = articles.len() as f64 / start.elapsed().as_secs_f64();
        println!("{what:<14} {rate:>8.0} articles/s, {found} found");
        rate
    };
    let (mut plain, mut annotated) = (0.0_f64, 0.0_f64);
    for _ in 0..3 {
        let start = Instant::now();
        let found =
            articles.iter().flat_map(|(texts, _)| texts).map(|text| scan.find_iter(text).count()).sum();
        plain = plain.max(report("aho-corasick", start, found));
        let start = Instant::now();
        let found = articles.iter().map(|(texts, language)| {
            gazetteer.find_in_texts(&texts.each_ref().map(String::as_str), Some(language)).len()
        });
        annotated = annotated.max(report("annotator", start, found.sum()));
    }
    println!("the annotator beside aho-corasick: {:.2}; peak of all {}", annotated / plain, peak());
    Ok(())
}
