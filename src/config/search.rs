//! Where settings come from: the file that is found, or a bare folder, with the environment and the flags above.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::file::{File, Folder, Overrides};
use super::mistake::Origin;
use super::resolve::{Ground, join, resolve};
use super::table::Value;
use super::{ConfigError, Settings};

/// Where a configuration is looked for when neither `--config` nor `$FEEDROOM_CONFIG` names one, in this order.
const PLACES: [&str; 3] = ["feedroom.toml", "config/feedroom.toml", "/etc/feedroom/feedroom.toml"];
/// A configuration longer than this is none.
const LIMIT: u64 = 1024 * 1024;

/// Finds and reads the configuration: `explicit` (`--config`), `$FEEDROOM_CONFIG`, `./feedroom.toml`,
/// `./config/feedroom.toml`, `/etc/feedroom/feedroom.toml`. Flags stand above the environment, that above the file.
///
/// `env` is `std::env::var_os`. Relative paths of the file start from its own folder, all others from the working
/// directory. Touches nothing but the file; a folder that is missing shows when it is looked at.
pub fn load(
    explicit: Option<&Path>,
    flags: &Overrides,
    env: &dyn Fn(&str) -> Option<OsString>,
) -> Result<Settings, ConfigError> {
    let path = find(explicit, env)?;
    let text = read(&path)?;
    let shown = path.as_path();
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let base = folder.canonicalize().map_err(|error| {
        ConfigError::plain(format!("cannot open {}: {error}", folder.display()), "check the folder's permissions")
    })?;
    let state = match state_directory(env) {
        Some(path) => (path, Origin::Environment("STATE_DIRECTORY".to_string())),
        None => (state_beside(&base, &path), Origin::Default),
    };
    let output = base.join("feeds/public");
    let (mut file, mistakes) = File::parse(&text).map_err(|mistakes| ConfigError::new(Some(shown), &text, mistakes))?;
    overlay(&mut file, flags, env);
    let working = working_directory()?;
    resolve(&file, mistakes, &Ground { path: Some(shown), text: &text, base, working, state, output })
}

/// Settings for a folder alone, without a configuration: each of its subfolders is a topic, its title is its name.
///
/// Without `$STATE_DIRECTORY` the ledger lives in the user's state folder (`$XDG_STATE_HOME`, else
/// `~/.local/state`), in a folder of its own for each PATH: nothing is written beside the author's files.
pub fn for_folder(
    path: &Path,
    flags: &Overrides,
    env: &dyn Fn(&str) -> Option<OsString>,
) -> Result<Settings, ConfigError> {
    let working = working_directory()?;
    let root = path.canonicalize().unwrap_or_else(|_| join(&working, path));
    let Some(text) = root.to_str() else {
        let message = format!("the name of {} is not UTF-8", root.display());
        return Err(ConfigError::plain(message, "rename it, or name it in a configuration through a link"));
    };
    let path = Some(Value { value: text.to_string(), origin: Origin::Flag("PATH".to_string()) });
    let folder = Folder { path, time_zone: None, language: None, date_order: None, include: None, exclude: Vec::new() };
    let mut file = File { folders: vec![folder], ..File::default() };
    overlay(&mut file, flags, env);
    let state = match state_directory(env) {
        Some(path) => (path, Origin::Environment("STATE_DIRECTORY".to_string())),
        None => (state_of(text, env, &working), Origin::Default),
    };
    let output = working.join("feeds/public");
    resolve(&file, Vec::new(), &Ground { path: None, text: "", base: working.clone(), working, state, output })
}

/// Whether there is a configuration at one of the places where it is looked for.
pub fn is_anywhere() -> bool {
    PLACES.iter().any(|path| Path::new(path).exists())
}

/// The first configuration there is.
fn find(explicit: Option<&Path>, env: &dyn Fn(&str) -> Option<OsString>) -> Result<PathBuf, ConfigError> {
    if let Some(path) = explicit {
        return Ok(path.to_path_buf());
    }
    if let Some(path) = env("FEEDROOM_CONFIG").filter(|path| !path.is_empty()) {
        return Ok(path.into());
    }
    PLACES.iter().map(PathBuf::from).find(|path| path.exists()).ok_or_else(|| {
        ConfigError::plain(
            format!("there is no configuration: looked for {}", PLACES.join(", ")),
            "name a folder of releases (PATH), or a configuration with --config; `feedroom init` makes both",
        )
    })
}

/// The state folder of a configuration that names none: `state` beside it; but of one in `/etc/feedroom`, where nothing
/// is written, the one that the unit of its name has.
fn state_beside(base: &Path, path: &Path) -> PathBuf {
    if base != Path::new("/etc/feedroom") {
        return base.join("state");
    }
    let units = Path::new("/var/lib/feedroom");
    match path.file_stem().filter(|stem| *stem != "feedroom") {
        Some(instance) => units.join(instance),
        None => units.to_path_buf(),
    }
}

fn read(path: &Path) -> Result<String, ConfigError> {
    let fail = |why: String, advice: &str| ConfigError::plain(format!("cannot read {}: {why}", path.display()), advice);
    let about = std::fs::metadata(path).map_err(|error| fail(error.to_string(), "check the name of the file"))?;
    if !about.is_file() {
        return Err(fail("it is not a file".to_string(), "name the TOML file itself"));
    }
    if about.len() > LIMIT {
        return Err(fail("it is larger than 1 MiB".to_string(), "name a configuration, not a release"));
    }
    let bytes = std::fs::read(path).map_err(|error| fail(error.to_string(), "check the file's permissions"))?;
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let line = 1 + error.as_bytes()[..valid].iter().filter(|&&byte| byte == b'\n').count();
        fail(format!("line {line} is not UTF-8"), "save the file as UTF-8")
    })
}

fn overlay(file: &mut File, flags: &Overrides, env: &dyn Fn(&str) -> Option<OsString>) {
    let variables = Overrides::from_environment(env);
    file.overlay(&variables, |key| Origin::Environment(format!("FEEDROOM_{}", key.to_uppercase())));
    file.overlay(flags, |key| {
        Origin::Flag(match key {
            "state_dir" => "--state".to_string(),
            "output_dir" => "--out".to_string(),
            key => format!("--{}", key.replace('_', "-")),
        })
    });
}

/// The folder that systemd made for the unit; the first where it made several (systemd.exec, StateDirectory=).
fn state_directory(env: &dyn Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let value = env("STATE_DIRECTORY")?.into_string().ok()?;
    value.split(':').next().filter(|first| !first.is_empty()).map(PathBuf::from)
}

/// A state folder for one bare folder of releases, by the XDG base directory rules.
fn state_of(root: &str, env: &dyn Fn(&str) -> Option<OsString>, working: &Path) -> PathBuf {
    let absolute = |name: &str| env(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let home = absolute("XDG_STATE_HOME").or_else(|| Some(absolute("HOME")?.join(".local/state")));
    let name = crate::text::slug(super::resolve::last(root), 40);
    let hash = blake3::hash(root.as_bytes()).to_hex();
    home.unwrap_or_else(|| working.join("state")).join("feedroom").join(format!("{name}-{}", &hash[..8]))
}

fn working_directory() -> Result<PathBuf, ConfigError> {
    std::env::current_dir().map_err(|error| {
        ConfigError::plain(format!("cannot tell the working directory: {error}"), "change to a folder that exists")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_find_the_state_of_the_unit() {
        let beside = |path: &str| state_beside(Path::new(path).parent().unwrap(), Path::new(path));
        assert_eq!(beside("/etc/feedroom/feedroom.toml"), Path::new("/var/lib/feedroom"));
        assert_eq!(beside("/etc/feedroom/press.toml"), Path::new("/var/lib/feedroom/press"));
        assert_eq!(beside("/srv/press/feedroom.toml"), Path::new("/srv/press/state"));
    }
}
