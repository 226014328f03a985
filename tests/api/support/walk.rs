use super::{Response, TestApp};

fn neighbour(response: &Response, relation: &str) -> Option<String> {
    let links = response.header("link").split(", ");
    let mut links = links.filter_map(|link| link.strip_suffix(&format!(">; rel=\"{relation}\"")));
    links.next().map(|target| target.trim_start_matches('<').to_owned())
}

/// The ids of a list, page by page from its start, and the address of its last page.
pub fn walk(app: &TestApp, first: &str) -> (Vec<String>, String) {
    let (mut ids, mut path) = (Vec::new(), first.to_owned());
    loop {
        let page = app.get(&path);
        ids.extend(page.column("id"));
        let Some(next) = neighbour(&page, "next") else { return (ids, path) };
        path = next;
    }
}

/// The ids of a list, page by page back to its start.
pub fn walk_back(app: &TestApp, last: &str) -> Vec<String> {
    let mut page = app.get(last);
    let mut ids = page.column("id");
    while let Some(previous) = neighbour(&page, "prev") {
        page = app.get(&previous);
        ids.splice(0..0, page.column("id"));
    }
    ids
}
