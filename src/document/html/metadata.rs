//! The page's `<meta>` elements: header fields, and dates by the names under which sites of all kinds keep them.

use super::dom::{Dom, Id};
use crate::document::DateRole;

/// One `<meta>` element that names something.
#[derive(Debug)]
pub(super) struct Meta {
    /// The name as written (`og:title`).
    pub(super) name: String,
    /// The name's letters and digits in lower case (`ogtitle`).
    key: String,
    /// The content.
    pub(super) content: String,
    /// Its line.
    pub(super) line: u32,
}

/// All `<meta>` elements that name something and hold something.
pub(super) fn metas(dom: &Dom) -> Vec<Meta> {
    let one = |id: Id| {
        let name = ["property", "name", "itemprop", "http-equiv"].iter().find_map(|attr| dom.attr(id, attr))?;
        // Item properties in the body belong to the item that they stand in.
        if dom.has_attr(id, "itemprop") && !dom.ancestors(id).any(|a| dom.tag(a) == "head") {
            return None;
        }
        let content = dom.attr(id, "content")?;
        let key = name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
        Some(Meta { name: name.to_string(), key, content: crate::text::fold_space(content), line: dom.line(id) })
    };
    dom.elements("meta").filter_map(one).take(1000).collect()
}

/// The first of the named elements, in the order of the names (letters and digits only, lower case).
pub(super) fn first<'a>(metas: &'a [Meta], keys: &[&str]) -> Option<&'a Meta> {
    keys.iter().find_map(|key| metas.iter().find(|meta| meta.key == *key))
}

/// All values of the named elements, in the order of the page.
pub(super) fn all<'a>(metas: &'a [Meta], keys: &'a [&str]) -> impl Iterator<Item = &'a str> {
    metas.iter().filter(|meta| keys.contains(&&*meta.key)).map(|meta| &*meta.content)
}

/// What a name says of its date, and how much it is to be believed (0 to 100); `None`: it names no date.
pub(super) fn date_role(meta: &Meta) -> Option<(DateRole, u32)> {
    let key = meta.key.trim_start_matches("og").trim_start_matches("article");
    let published = |weight| Some((DateRole::Published, weight));
    match key {
        "publishedtime"
        | "published"
        | "datepublished"
        | "pubdate"
        | "publishdate"
        | "publicationdate"
        | "publishtime"
        | "parselypubdate"
        | "sailthrudate"
        | "cxenseparserecspublishtime"
        | "cxenseparsepublishtime"
        | "dateoriginal"
        | "originaldate"
        | "originalpublicationdate"
        | "dctermsissued"
        | "dcdateissued"
        | "dctermsdateissued"
        | "dcissued"
        | "citationpublicationdate"
        | "citationonlinedate"
        | "prismpublicationdate"
        | "btpubdate"
        | "rbpubdate"
        | "articlepublishedtime"
        | "shareaholicarticlepublishedtime"
        | "publisheddate"
        | "firstpublished"
        | "firstpublishedtime"
        | "datepublication"
        | "publicationtime"
        | "publishedat"
        | "weiboarticlecreateat"
        | "weibowebpagecreateat"
        | "articlepubdate"
        | "pubtime"
        | "newspubdate"
        | "vrpublishedtime"
        | "_pubtime"
        | "releasedate"
        | "iopubdate"
        | "dctermsavailable" => published(95),
        "datecreated" | "createdate" | "creationdate" | "created" | "createdat" | "createat" | "datecreate"
        | "dctermscreated" | "dcdatecreated" | "dccreated" | "contentcreatedate" | "citationdate" => published(82),
        "date" | "dcdate" | "dctermsdate" | "dcdatescheme" | "datetime" | "timestamp" | "time" | "pagedate"
        | "ptime" | "newsdate" | "docdate" | "postdate" | "issued" | "displaydate" => published(74),
        "modifiedtime"
        | "updatedtime"
        | "modified"
        | "updated"
        | "datemodified"
        | "dctermsmodified"
        | "dcdatemodified"
        | "lastmodified"
        | "lastmod"
        | "lastupdate"
        | "lastupdated"
        | "revised"
        | "revisiondate"
        | "dateupdated"
        | "dcdatexmetadatalastmodified"
        | "articlemodifiedtime"
        | "updatetime"
        | "updatedat" => Some((DateRole::Updated, 60)),
        "expires" | "unavailableafter" | "expirationtime" => None,
        k if k.contains("expir") || k.contains("event") || k.contains("publisher") || k.contains("birth") => None,
        k if !["date", "time"].iter().any(|part| k.contains(part)) => None,
        k if k.contains("modif") || k.contains("update") => Some((DateRole::Updated, 55)),
        k if k.contains("publish") || k.contains("publication") || k.contains("pubdate") => published(85),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_dates() {
        let page = "<meta property='article:published_time' content='a'><meta name='DC.date.issued' content='b'>
            <meta name=article:modified_time content=c><meta name=expires content=d><meta name=publisher content=e>
            <meta name=date content=f><meta name='dateline' content=g><meta name='cXenseParse:recs:publishtime' content=h>";
        let dom = Dom::parse(page);
        let roles: Vec<_> = metas(&dom).iter().filter_map(|m| Some((m.content.clone(), date_role(m)?))).collect();
        let want = [
            ("a", DateRole::Published, 95),
            ("b", DateRole::Published, 95),
            ("c", DateRole::Updated, 60),
            ("f", DateRole::Published, 74),
            ("h", DateRole::Published, 95),
        ];
        assert_eq!(roles, want.map(|(content, role, weight)| (content.to_string(), (role, weight))));
    }
}
