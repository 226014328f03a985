//! Languages as BCP 47 tags, and the direction in which they are written.

use std::fmt;
use std::str::FromStr;

use unic_langid::LanguageIdentifier;

/// The shape of the tags that [`Language::parse`] accepts, all of them and no others, as a
/// JSON Schema (ECMA 262) pattern: a language, perhaps a script, perhaps a region.
pub const PATTERN: &str = "^[A-Za-z]{2,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|[0-9]{3}))?$";

/// A language as a canonical BCP 47 tag, such as `ar`, `en-GB` or `zh-Hant-TW`.
///
/// The shape of a tag is checked, not its presence in the registry of languages: `qq` is a tag.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Language {
    tag: String,
    direction: Direction,
}

/// The direction in which a language is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Direction {
    /// Left to right.
    Ltr,
    /// Right to left.
    Rtl,
}

/// The error for a text that is no language tag of the accepted shape, [`PATTERN`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidLanguage;

impl Language {
    /// Reads a tag in any case and gives its canonical form: the case that RFC 5646 recommends
    /// and the preferred code of the language (`ara` and `iw` are `ar` and `he`).
    ///
    /// # Errors
    ///
    /// [`InvalidLanguage`] for what does not match [`PATTERN`]: names such as `english`, tags
    /// with `_`, variants and extensions.
    pub fn parse(tag: &str) -> Result<Self, InvalidLanguage> {
        let parsed = LanguageIdentifier::from_str(tag).map_err(|_| InvalidLanguage)?;
        let spelled_as_in_bcp_47 = !tag.contains('_');
        let short = parsed.language.as_str().len() <= 3;
        let plain = parsed.variants().next().is_none();
        if !(spelled_as_in_bcp_47 && short && plain) {
            return Err(InvalidLanguage);
        }
        let mut canonical = parsed;
        if let Some(preferred) = preferred_code(canonical.language.as_str()) {
            canonical.language = preferred.parse().map_err(|_| InvalidLanguage)?;
        }
        Ok(Self { tag: canonical.to_string(), direction: direction(canonical) })
    }

    /// The canonical tag.
    pub fn as_str(&self) -> &str {
        &self.tag
    }

    /// The direction of the script that the tag names or, where it names none, of the script
    /// that the language is most likely written in (CLDR's likely subtags).
    pub fn direction(&self) -> Direction {
        self.direction
    }
}

impl Direction {
    /// The value of HTML's `dir` attribute: `ltr` or `rtl`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ltr => "ltr",
            Self::Rtl => "rtl",
        }
    }
}

impl FromStr for Language {
    type Err = InvalidLanguage;

    fn from_str(tag: &str) -> Result<Self, InvalidLanguage> {
        Self::parse(tag)
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.tag)
    }
}

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for InvalidLanguage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a BCP 47 language tag such as \"ar\", \"en-GB\" or \"zh-Hant-TW\"")
    }
}

impl std::error::Error for InvalidLanguage {}

/// The script (ISO 15924) that a BCP 47 tag names or, where it names none, the one in which the language is most likely
/// written in its region. Nothing for what is no tag, and where nobody knows.
pub fn script(tag: &str) -> Option<String> {
    script_of(LanguageIdentifier::from_str(tag).ok()?)
}

fn script_of(mut language: LanguageIdentifier) -> Option<String> {
    if let Some(script) = language.script {
        return Some(script.to_string());
    }
    let is_named = |tags: &str| {
        let tag = language.to_string();
        tags.split_whitespace().any(|known| known == tag || known == language.language.as_str())
    };
    if let Some((script, _)) = NOT_IN_CLDR.iter().find(|(_, tags)| is_named(tags)) {
        return Some((*script).to_owned());
    }
    language.maximize();
    language.script.map(|script| script.to_string())
}

// The direction that unic-langid computes itself knows four right-to-left scripts, not Hebrew or
// Syriac, and takes pa-PK for left to right; its likely subtags are sound.
fn direction(language: LanguageIdentifier) -> Direction {
    match script_of(language) {
        Some(script) if RIGHT_TO_LEFT.contains(&script.as_str()) => Direction::Rtl,
        _ => Direction::Ltr,
    }
}

/// The scripts (ISO 15924) whose letters have the bidirectional class R or AL in Unicode.
const RIGHT_TO_LEFT: [&str; 41] = [
    "Adlm", "Arab", "Aran", "Armi", "Avst", "Chrs", "Cprt", "Elym", "Gara", "Hatr", "Hebr", "Hung", "Khar",
    "Lydi", "Mand", "Mani", "Mend", "Merc", "Mero", "Narb", "Nbat", "Nkoo", "Orkh", "Ougr", "Palm", "Phli",
    "Phlp", "Phnx", "Prti", "Rohg", "Samr", "Sarb", "Sogd", "Sogo", "Syrc", "Syre", "Syrj", "Syrn", "Thaa",
    "Todr", "Yezi",
];

/// Scripts that CLDR 44 does not give as likely: of languages that it does not know, as Western Punjabi, Dari and
/// Assyrian Neo-Aramaic, and of languages that are written otherwise in a region, as Kurdish in Iraq and Iran.
const NOT_IN_CLDR: [(&str, &str); 2] = [
    ("Arab", "bcc pbu pnb prs kmr-IQ kmr-IR ku-IQ ku-IR tg-AF tk-AF tk-IR tly-IR tt-CN"),
    ("Syrc", "aii cld"),
];

fn preferred_code(language: &str) -> Option<&'static str> {
    match language {
        "iw" => Some("he"),
        "in" => Some("id"),
        "ji" => Some("yi"),
        "jw" => Some("jv"),
        "mo" | "mol" => Some("ro"),
        "arb" => Some("ar"),
        "pes" => Some("fa"),
        _ => TWO_LETTER_CODES
            .split_whitespace()
            .find_map(|codes| codes.strip_prefix(language)?.strip_prefix('=')),
    }
}

// BCP 47 knows a language that has a two-letter code by that code alone, so that both spellings
// must be one language here or `ara` would be another one than `ar`.
/// The three-letter codes of ISO 639-2 beside the two-letter ones of ISO 639-1.
const TWO_LETTER_CODES: &str = "\
    aar=aa abk=ab afr=af aka=ak alb=sq amh=am ara=ar arg=an arm=hy asm=as ava=av ave=ae \
    aym=ay aze=az bak=ba bam=bm baq=eu bel=be ben=bn bih=bh bis=bi bod=bo bos=bs bre=br \
    bul=bg bur=my cat=ca ces=cs cha=ch che=ce chi=zh chu=cu chv=cv cor=kw cos=co cre=cr \
    cym=cy cze=cs dan=da deu=de div=dv dut=nl dzo=dz ell=el eng=en epo=eo est=et eus=eu \
    ewe=ee fao=fo fas=fa fij=fj fin=fi fra=fr fre=fr fry=fy ful=ff geo=ka ger=de gla=gd \
    gle=ga glg=gl glv=gv gre=el grn=gn guj=gu hat=ht hau=ha heb=he her=hz hin=hi hmo=ho \
    hrv=hr hun=hu hye=hy ibo=ig ice=is ido=io iii=ii iku=iu ile=ie ina=ia ind=id ipk=ik \
    isl=is ita=it jav=jv jpn=ja kal=kl kan=kn kas=ks kat=ka kau=kr kaz=kk khm=km kik=ki \
    kin=rw kir=ky kom=kv kon=kg kor=ko kua=kj kur=ku lao=lo lat=la lav=lv lim=li lin=ln \
    lit=lt ltz=lb lub=lu lug=lg mac=mk mah=mh mal=ml mao=mi mar=mr may=ms mkd=mk mlg=mg \
    mlt=mt mon=mn mri=mi msa=ms mya=my nau=na nav=nv nbl=nr nde=nd ndo=ng nep=ne nld=nl \
    nno=nn nob=nb nor=no nya=ny oci=oc oji=oj ori=or orm=om oss=os pan=pa per=fa pli=pi \
    pol=pl por=pt pus=ps que=qu roh=rm ron=ro rum=ro run=rn rus=ru sag=sg san=sa sin=si \
    slk=sk slo=sk slv=sl sme=se smo=sm sna=sn snd=sd som=so sot=st spa=es sqi=sq srd=sc \
    srp=sr ssw=ss sun=su swa=sw swe=sv tah=ty tam=ta tat=tt tel=te tgk=tg tgl=tl tha=th \
    tib=bo tir=ti ton=to tsn=tn tso=ts tuk=tk tur=tr twi=tw uig=ug ukr=uk urd=ur uzb=uz \
    ven=ve vie=vi vol=vo wel=cy wln=wa wol=wo xho=xh yid=yi yor=yo zha=za zho=zh zul=zu";

#[cfg(test)]
mod tests;
