//! What of a connection string may be shown. libpq's messages repeat pieces of a string that it cannot read, and of
//! one that it reads otherwise than it was meant: a password with an unescaped `@` or `/` is a host or a port to it.

use std::ffi::{CStr, CString};

/// What libpq makes of a connection string.
struct Options(Vec<(String, String)>);

impl Options {
    #[expect(unsafe_code, reason = "libpq alone knows how it reads a connection string")]
    fn parse(text: &str) -> Option<Self> {
        let text = CString::new(text).ok()?;
        // SAFETY: the text ends with NUL; libpq keeps none of it, and a null pointer says that no reason is wanted.
        let first = unsafe { pq_sys::PQconninfoParse(text.as_ptr(), std::ptr::null_mut()) };
        if first.is_null() {
            return None;
        }
        let mut options = Vec::new();
        let mut next = first;
        // SAFETY: the array ends with an option that has no keyword; names and values end with NUL, or are null.
        unsafe {
            while !(*next).keyword.is_null() {
                if !(*next).val.is_null() {
                    let text = |start| CStr::from_ptr(start).to_string_lossy().into_owned();
                    options.push((text((*next).keyword), text((*next).val)));
                }
                next = next.add(1);
            }
            pq_sys::PQconninfoFree(first);
        }
        Some(Self(options))
    }

    fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(keyword, _)| keyword == name).map_or("", |(_, value)| value)
    }

    /// What nobody may be shown.
    fn secrets(&self) -> impl Iterator<Item = &str> {
        let is_secret = |name: &str| name.contains("password") || name.contains("secret");
        self.0.iter().filter(move |(name, value)| is_secret(name) && !value.is_empty()).map(|(_, it)| &**it)
    }

    /// Whether host and port can be nothing else.
    fn are_plausible(&self) -> bool {
        let is_name = |c: char| c.is_alphanumeric() || "._-:%".contains(c);
        let is_host = |host: &str| host.starts_with('/') || host.chars().all(is_name);
        self.get("host").split(',').all(is_host)
            && self.get("port").chars().all(|c| c.is_ascii_digit() || c == ',')
    }
}

/// Whether a URL's password can end nowhere else than where libpq takes it to end.
fn is_unambiguous(text: &str) -> bool {
    let Some((_, rest)) = text.split_once("://") else { return true };
    let end = rest.find(['@', '/']).unwrap_or(rest.len());
    match rest[end..].strip_prefix('@') {
        Some(behind) => !behind.contains('@'),
        None => !rest.contains('@'),
    }
}

/// Whether it is a connection string, with a host and a port that there can be.
pub fn is_readable(url: &str) -> bool {
    Options::parse(url).is_some_and(|options| options.are_plausible())
}

/// The connection string with these options besides, where it does not have them.
pub fn with_defaults(url: &str, options: &[(&str, &str)]) -> String {
    options.iter().fold(url.to_owned(), |url, (name, value)| {
        let has = |url: &str| Options::parse(url).is_some_and(|options| !options.get(name).is_empty());
        // What begins an option in which form of string, libpq says best: anywhere else it is part of a value.
        let longer = [' ', '?', '&'].map(|separator| format!("{url}{separator}{name}={value}"));
        if has(&url) { url } else { longer.into_iter().find(|url| has(url)).unwrap_or(url) }
    })
}

/// The message with which a connection failed, where it is sure to have nothing of the password in it.
pub fn showable(url: &str, message: &str) -> Option<String> {
    let options = Options::parse(url).filter(|options| options.are_plausible() && is_unambiguous(url))?;
    // As a password that is the user's name.
    let mut rest = message.to_owned();
    for public in ["user", "host", "port", "dbname"].map(|name| options.get(name)) {
        if !public.is_empty() {
            rest = rest.replace(public, " ");
        }
    }
    let tells = options.secrets().any(|secret| rest.contains(secret));
    (!tells).then(|| message.trim().replace('\n', "; "))
}

/// Whether a text may be a connection string with a password in it.
pub fn may_have_password(text: &str) -> bool {
    (text.contains("://") && text.contains('@')) || text.to_ascii_lowercase().contains("password")
}

#[cfg(test)]
mod tests {
    use diesel::{Connection, PgConnection};
    use proptest::prelude::*;

    use super::*;
    use crate::db::{ConnectError, establish};

    /// Of letters and signs that no message has, so that what is found there is the password's.
    const PASSWORD: &str = r"[QXZΩق@/:?#%&=+' \\\[\],;$!~^*<>|{}]{3,16}";

    fn encoded(text: &str) -> String {
        text.bytes().map(|byte| format!("%{byte:02X}")).collect()
    }

    /// Connection strings with the password as it should not be, and as it should. Nothing listens there.
    fn forms(password: &str) -> Vec<String> {
        let (coded, quoted) = (encoded(password), password.replace('\\', r"\\").replace('\'', r"\'"));
        let host = "%2Fnowhere";
        vec![
            format!("postgres://me:{password}@{host}/news"),
            format!("postgres://me:{password}@{host}"),
            format!("postgre://me:{password}@{host}/news"),
            format!("me:{password}@nowhere/news"),
            password.to_owned(),
            format!("postgres://me@{host}/news?password={password}"),
            format!("postgres://me@{host}/news?passwort={password}"),
            format!("postgres://me@{host}/news?port={password}"),
            format!("postgres://me:{coded}@{host}/news"),
            format!("postgres://me@{host}/news?password={coded}"),
            format!("host=/nowhere user=me password={password} dbname=news"),
            format!("host=/nowhere user=me password='{password}' dbname=news"),
            format!("host=/nowhere user=me password='{quoted}' dbname=news"),
            format!("host=/nowhere user=me pasword={password}"),
            format!("host=/nowhere password={password}"),
        ]
    }

    fn pieces(password: &str) -> Vec<String> {
        let signs: Vec<char> = password.chars().collect();
        signs.windows(3).map(|piece| piece.iter().collect()).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn no_message_has_a_piece_of_the_password(password in PASSWORD) {
            // What the sentence for all of them has is none of the password's.
            let own = ConnectError::Unshowable.to_string();
            for form in forms(&password) {
                let Err(error) = establish(&form, None) else { continue };
                let told = error.to_string();
                for piece in pieces(&password) {
                    let is_own = own.contains(&piece) || piece.trim().is_empty();
                    prop_assert!(is_own || !told.contains(&piece), "{told:?} has {piece:?} of {form:?}");
                }
            }
        }
    }

    #[test]
    fn a_connection_string_gets_what_it_does_not_have() {
        for form in [
            "postgres://me:a%3Fb@there/news",
            "postgres://me@there/news?application_name=x",
            "postgres://me@there/news?",
            "postgres://there",
            "postgres:///news?host=/nowhere",
            "host=there user=me password='a ? & b'",
            "host=there password = 'a=b' ",
            "",
        ] {
            let before = Options::parse(form).expect("a connection string");
            let longer = with_defaults(form, &[("connect_timeout", "7"), ("tcp_user_timeout", "5000")]);
            let Options(mut after) = Options::parse(&longer).expect("a connection string");
            for (name, value) in [("connect_timeout", "7"), ("tcp_user_timeout", "5000")] {
                assert!(after.contains(&(name.to_owned(), value.to_owned())), "{name} in {longer:?}");
                assert_eq!(before.get(name), "");
                after.retain(|(other, _)| other != name);
            }
            assert_eq!(after, before.0, "{longer:?}");
        }
        for form in ["postgres://there/news?connect_timeout=3", "host=there connect_timeout=3"] {
            assert_eq!(with_defaults(form, &[("connect_timeout", "7")]), form);
        }
    }

    #[test]
    fn libpq_itself_tells_pieces_of_passwords() {
        // Or else all of this would be for nothing.
        let tells = |form: &str, piece: &str| match PgConnection::establish(form) {
            Err(error) => error.to_string().contains(piece),
            Ok(_) => false,
        };
        assert!(tells("postgre://me:QXZ@nowhere/news", "QXZ"));
        assert!(tells("postgres://me:QXZ/1@%2Fnowhere/news", "QXZ"));
        assert!(tells("postgres://me:1@QXZ@%2Fnowhere/news", "QXZ"));
    }

    #[test]
    fn what_is_well_formed_fails_with_its_reason() {
        for form in [
            "postgres://postgres:postgres@%2Fnowhere/postgres",
            "postgres://postgres:%40%2F@%2Fnowhere:5432/news?connect_timeout=2",
            "postgres://%2Fnowhere/news",
            "host=/nowhere user=postgres password='a b'",
        ] {
            let told = establish(form, None).err().map(|error| error.to_string()).unwrap_or_default();
            assert!(told.contains("/nowhere"), "{told}");
        }
    }

    #[test]
    fn a_password_that_a_message_would_repeat_keeps_it_from_being_shown() {
        let url = "postgres://me:password@here/news";
        assert_eq!(showable(url, "FATAL: password authentication failed for user \"me\""), None);
        let url = "postgres://secret:secret@here/news";
        let message = "FATAL: role \"secret\" does not exist\n";
        assert_eq!(showable(url, message).as_deref(), Some(message.trim()));
    }

    #[test]
    fn a_secret_is_what_is_named_so_and_is_not_empty() {
        let options = [
            ("host", "h"),
            ("password", "p"),
            ("sslpassword", ""),
            ("oauth_client_secret", "s"),
            ("user", ""),
        ];
        let options = Options(options.map(|(name, value)| (name.to_owned(), value.to_owned())).into());
        assert_eq!(options.secrets().collect::<Vec<_>>(), ["p", "s"]);
    }

    #[test]
    fn a_connection_string_has_a_host_and_a_port_that_there_can_be() {
        for url in
            ["postgres://me:a@here/news", "postgres://%2Ftmp:5432/x", "host=a,b-c port=1,2", "host=::1", ""]
        {
            assert!(is_readable(url), "{url}");
        }
        for url in
            ["postgres://me:x@y@here/news", "postgres://me:x/y@here/news", "host='a b'", "port=x", "me:x"]
        {
            assert!(!is_readable(url), "{url}");
        }
    }

    #[test]
    fn a_password_is_looked_for_where_one_can_be() {
        for text in ["postgres://me:a@here", "host=x PASSWORD=y", "postgres://here/?sslpassword=x"] {
            assert!(may_have_password(text), "{text}");
        }
        for text in ["postgres://here/news", "me@here", "host=x"] {
            assert!(!may_have_password(text), "{text}");
        }
    }
}
