use super::{Response, TestApp};

/// More pages than a list of any test has.
const MOST_PAGES: usize = 1000;

/// The pages of a list, from one on to the one after which `next` finds none. A walk that does not end fails: one whose
/// cursor stands still or goes round comes to a page that it has seen.
pub fn pages(first: Response, next: impl Fn(&Response) -> Option<Response>) -> Vec<Response> {
    let mut pages = vec![first];
    while let Some(page) = pages.last().and_then(&next) {
        let is_new = pages.iter().all(|seen| seen.body != page.body);
        assert!(is_new && pages.len() < MOST_PAGES, "after {} pages there is no end of them", pages.len());
        pages.push(page);
    }
    pages
}

fn neighbour(response: &Response, relation: &str) -> Option<String> {
    let links = response.header("link").split(", ");
    let mut links = links.filter_map(|link| link.strip_suffix(&format!(">; rel=\"{relation}\"")));
    links.next().map(|target| target.trim_start_matches('<').to_owned())
}

/// The ids of a list, page by page from its start, and the address of its last page.
pub fn walk(app: &TestApp, first: &str) -> (Vec<String>, String) {
    let pages = pages(app.get(first), |page| Some(app.get(&neighbour(page, "next")?)));
    let ids = pages.iter().flat_map(|page| page.column("id")).collect();
    let last = pages.iter().rev().nth(1).and_then(|page| neighbour(page, "next"));
    (ids, last.unwrap_or_else(|| first.to_owned()))
}

/// The ids of a list, page by page back to its start.
pub fn walk_back(app: &TestApp, last: &str) -> Vec<String> {
    let pages = pages(app.get(last), |page| Some(app.get(&neighbour(page, "prev")?)));
    pages.iter().rev().flat_map(|page| page.column("id")).collect()
}
