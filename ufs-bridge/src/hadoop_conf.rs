//! Reads Hadoop's configuration files the way Hadoop does: later files win unless a property is
//! final, `${name}` stands for another property, `${env.NAME}` for the environment.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use crate::error::{Code, Failure, Outcome};

const MAX_FILE: u64 = 16 << 20;
/// Hadoop's own limit.
const MAX_SUBSTITUTIONS: usize = 20;
const MAX_INCLUDES: usize = 8;

#[derive(Default)]
struct Reading {
    values: HashMap<String, String>,
    finals: HashSet<String>,
}

/// `files` are separated by ':'; one that is not there is skipped, as Alluxio does.
pub fn read(files: &str) -> Outcome<HashMap<String, String>> {
    let mut reading = Reading::default();
    for file in files.split(':').filter(|file| !file.is_empty()) {
        let path = Path::new(file);
        if path.exists() {
            reading.file(path, 0)?;
        }
    }
    let values = reading.values;
    Ok(values.keys().map(|name| (name.clone(), substituted(&values, name))).collect())
}

impl Reading {
    fn file(&mut self, path: &Path, depth: usize) -> Outcome<()> {
        let wrong = |text: String| {
            Failure::new(Code::InvalidArgument, format!("{}: {text}", path.display()))
        };
        if depth > MAX_INCLUDES {
            return Err(wrong("includes nest too deeply".to_string()));
        }
        let size = std::fs::metadata(path).map_err(|error| wrong(error.to_string()))?.len();
        if size > MAX_FILE {
            return Err(wrong("too large for a configuration".to_string()));
        }
        let text = std::fs::read_to_string(path).map_err(|error| wrong(error.to_string()))?;
        let document =
            roxmltree::Document::parse(&text).map_err(|error| wrong(error.to_string()))?;
        for node in document.root_element().children().filter(|node| node.is_element()) {
            match node.tag_name().name() {
                "property" => self.property(&node),
                "include" => {
                    if let Some(href) = node.attribute("href") {
                        let folder = path.parent().unwrap_or(Path::new("/"));
                        self.file(&folder.join(href), depth + 1)?;
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn property(&mut self, node: &roxmltree::Node) {
        let child = |tag: &str| {
            node.children()
                .find(|child| child.has_tag_name(tag))
                .map(|child| child.text().unwrap_or_default().to_string())
        };
        let (Some(name), Some(value)) = (child("name"), child("value")) else {
            return;
        };
        let name = name.trim().to_string();
        if self.finals.contains(&name) {
            return;
        }
        if child("final").is_some_and(|text| text.trim() == "true") {
            self.finals.insert(name.clone());
        }
        self.values.insert(name, value.trim().to_string());
    }
}

fn substituted(values: &HashMap<String, String>, name: &str) -> String {
    let mut text = values[name].clone();
    for _ in 0..MAX_SUBSTITUTIONS {
        let Some(begin) = text.find("${") else { break };
        let Some(length) = text[begin..].find('}') else { break };
        let variable = &text[begin + 2..begin + length];
        let value = match variable.strip_prefix("env.") {
            Some(environment) => std::env::var(environment).ok(),
            None => values.get(variable).cloned(),
        };
        // Hadoop leaves what it does not know as it is written.
        let Some(value) = value else { break };
        text.replace_range(begin..begin + length + 1, &value);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str, body: &str) -> String {
        let path = std::env::temp_dir().join(format!("ufs-bridge-{}-{name}", std::process::id()));
        std::fs::write(&path, format!("<configuration>{body}</configuration>")).unwrap();
        path.display().to_string()
    }

    #[test]
    fn later_files_win_unless_final() {
        let one = file(
            "one.xml",
            "<property><name>a</name><value>1</value></property>
             <property><name>b</name><value>1</value><final>true</final></property>",
        );
        let two = file(
            "two.xml",
            "<property><name>a</name><value> 2 </value></property>
             <property><name>b</name><value>2</value></property>
             <property><name>c</name><value>${a}/${unknown}</value></property>",
        );
        let values = read(&format!("{one}:{two}:/no/such/file.xml")).unwrap();
        assert_eq!(values["a"], "2");
        assert_eq!(values["b"], "1");
        assert_eq!(values["c"], "2/${unknown}");
        std::fs::remove_file(one).unwrap();
        std::fs::remove_file(two).unwrap();
    }

    #[test]
    fn a_circle_of_values_ends() {
        let one = file(
            "circle.xml",
            "<property><name>a</name><value>${b}</value></property>
             <property><name>b</name><value>${a}</value></property>",
        );
        assert!(read(&one).unwrap()["a"].starts_with("${"));
        std::fs::remove_file(one).unwrap();
    }

    #[test]
    fn what_is_not_xml_is_named() {
        let bad = file("bad.xml", "<property>");
        let failure = read(&bad).unwrap_err();
        assert_eq!(failure.code, Code::InvalidArgument);
        assert!(failure.message.contains("bad.xml"), "{}", failure.message);
        std::fs::remove_file(bad).unwrap();
    }
}
