//! What a browser needs that shows a feed as XML.

use super::Channel;
use crate::text;

/// Where the style sheet of feeds stands, without the leading slash.
pub const STYLE_PATH: &str = "feed.css";

impl Channel<'_> {
    /// The XML document of a feed with the instruction that names its style sheet (W3C, Associating Style Sheets with
    /// XML documents 1.0), before the root element. Addresses are encoded, so none ends the instruction.
    pub(super) fn styled(&self, xml: &str, root: &str) -> String {
        let at = xml.find(root).unwrap_or(0);
        let sheet = text::escape(&self.address(STYLE_PATH));
        let (declaration, document) = (xml[..at].trim_end(), &xml[at..]);
        format!("{declaration}\n<?xml-stylesheet type=\"text/css\" href=\"{sheet}\"?>\n{document}\n")
    }
}
