//! What a file is by its name alone: a release, an asset beside releases, or nothing of ours.

/// What a name says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A release to be read; whether it is text shows when it is read.
    Release,
    /// A file that a release may show or link to.
    Asset,
}

/// Extensions of files that stand beside releases. Anything else may be a release: an author's own extension is
/// better refused by what the file holds than lost by its name.
#[rustfmt::skip]
const ASSETS: &[&str] = &[
    // Images, sound, film.
    "apng", "avif", "bmp", "gif", "heic", "ico", "jfif", "jpeg", "jpg", "png", "psd", "svg", "svgz", "tif", "tiff", "webp",
    "aac", "aif", "aiff", "flac", "m4a", "m4b", "mid", "mp3", "oga", "ogg", "opus", "wav", "weba", "wma",
    "3gp", "avi", "m4v", "mkv", "mov", "mp4", "mpeg", "mpg", "ogv", "srt", "vtt", "webm", "wmv",
    // Office and print.
    "ai", "csv", "doc", "docm", "docx", "eps", "epub", "ics", "key", "numbers", "odg", "odp", "ods", "odt", "pages", "pdf",
    "pot", "potx", "pps", "ppsx", "ppt", "pptx", "ps", "pub", "rtf", "tsv", "vcf", "vsd", "vsdx", "xls", "xlsm", "xlsx",
    // Archives and data.
    "7z", "asc", "bin", "bz2", "db", "deb", "dmg", "exe", "gpx", "gz", "iso", "jar", "json", "kml", "lock", "map", "msi",
    "rar", "rpm", "rss", "sha256", "sig", "sqlite", "tar", "tgz", "toml", "txz", "xml", "xz", "zip", "zst",
    // What lies beside saved pages, and programs.
    "css", "eot", "js", "mjs", "otf", "ttf", "wasm", "woff", "woff2", "c", "cfg", "conf", "h", "ini", "php", "pl", "py",
    "rb", "rs", "sh", "ts",
];

/// What a file is, by the last part of its path.
pub(super) fn of(name: &str) -> Kind {
    match name.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() => {
            let extension = extension.to_ascii_lowercase();
            if ASSETS.contains(&extension.as_str()) { Kind::Asset } else { Kind::Release }
        }
        _ => Kind::Release,
    }
}

/// Extensions that authors give releases.
const RELEASES: &[&str] = &[
    "txt", "text", "md", "markdown", "mdown", "mkd", "mdx", "html", "htm", "xhtml", "eml", "rst", "adoc", "asciidoc",
    "org", "textile", "news",
];

/// Whether nobody would give such a name to a file for a moment only. Programs that replace a file write its new
/// content under a name of their making first, many without the old extension (`sedh2kXq1`, `quay.txt.Xq1h2k`).
pub(super) fn is_lasting(name: &str) -> bool {
    let Some((_, extension)) = name.rsplit_once('.') else { return false };
    let extension = extension.to_ascii_lowercase();
    RELEASES.contains(&extension.as_str()) || ASSETS.contains(&extension.as_str())
}

/// The names of files whose place a file of this name may be about to take: its own without what stands before them
/// or behind (`new-quay.txt`, `quay.txt.new`).
pub(super) fn in_place_of(name: &str) -> impl Iterator<Item = &str> {
    let signs = |name: &'_ str| -> Vec<usize> {
        name.char_indices().filter(|(_, c)| !c.is_alphanumeric()).map(|(at, _)| at).collect()
    };
    let parts = signs(name).into_iter().flat_map(move |at| {
        let behind = name[at..].chars().next().map_or("", |c| &name[at + c.len_utf8()..]);
        [&name[..at], behind]
    });
    parts.filter(|part| part.find('.').is_some_and(|dot| dot > 0) && is_lasting(part))
}

/// Whether a name, of a file or a folder, is never ours: hidden, or the trace of a program at work (editors' swap,
/// backup and lock files, downloads and uploads that are not finished, thumbnails of desktops).
pub(super) fn is_ignored(name: &str) -> bool {
    if name.starts_with('.') || name.ends_with('~') {
        return true;
    }
    // Emacs saves itself in `#name#`, vim tries `4913`, office programs lock with `~$name`.
    if (name.len() > 1 && name.starts_with('#') && name.ends_with('#')) || name == "4913" || name.starts_with("~$") {
        return true;
    }
    if matches!(name, "Thumbs.db" | "desktop.ini" | "__MACOSX" | "lost+found" | "node_modules") {
        return true;
    }
    let Some((_, extension)) = name.rsplit_once('.') else { return false };
    let extension = extension.to_ascii_lowercase();
    match extension.as_str() {
        "bak" | "crdownload" | "download" | "filepart" | "orig" | "part" | "partial" | "rej" | "temp" | "tmp" => true,
        // Vim counts down from `swp` where several sessions hold one file.
        _ => extension.len() == 3 && extension.starts_with("sw") && extension.as_bytes()[2] >= b'n',
    }
}

/// Whether any part of a path relative to the folder is never ours.
pub(super) fn is_ignored_path(path: &str) -> bool {
    path.split('/').any(is_ignored)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_for_a_moment_are_told_from_lasting_ones() {
        for name in ["quay.txt", "QUAY.MD", "page.html", "plan.pdf", "a.b.md"] {
            assert!(is_lasting(name), "{name}");
        }
        for name in ["sedh2kXq1", "quay.txt.Xq1h2k", "tmpab12cd", "NEWS"] {
            assert!(!is_lasting(name), "{name}");
        }
    }

    #[test]
    fn names_tell_whose_place_a_file_may_take() {
        let told = |name| in_place_of(name).collect::<Vec<_>>();
        assert_eq!(told("new-quay.txt"), ["quay.txt"]);
        assert_eq!(told("quay.txt.new"), ["quay.txt"]);
        assert_eq!(told("Copy of quay.txt"), ["of quay.txt", "quay.txt"]);
        assert_eq!(told("quay.fr.md"), ["fr.md"]);
        assert!(told("quay.txt").is_empty() && told("NEWS").is_empty());
    }

    #[test]
    fn names_tell() {
        for name in ["a.txt", "A.MD", "page.html", "NEWS", "changelog.Debian", "rel.2025.06", "x.eml", "übung"] {
            assert_eq!(of(name), Kind::Release, "{name}");
        }
        for name in ["a.PNG", "annual.report.pdf", "style.css", "x.tar.gz"] {
            assert_eq!(of(name), Kind::Asset, "{name}");
        }
        for name in [
            ".git",
            ".a.txt.swp",
            "a.txt~",
            "#a.txt#",
            "4913",
            "a.tmp",
            "a.swo",
            "~$a.docx",
            "b.part",
            "c.crdownload",
            ".#a.txt",
        ] {
            assert!(is_ignored(name), "{name}");
        }
        for name in ["a.txt", "4914", "#1 in sales.txt", "tmp", "part", "a.sw", "news.swi"] {
            assert!(!is_ignored(name), "{name}");
        }
        assert!(is_ignored_path("a/.git/config"));
        assert!(!is_ignored_path("a/b.txt"));
    }
}
