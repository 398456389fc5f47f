//! See include/ufs_bridge.h for the contract.

mod abi;
mod calls;
mod copies;
mod entry;
mod error;
#[cfg(test)]
mod fake_http;
mod hadoop_conf;
mod hdfs;
mod objects;
mod patience;
mod runtime;
mod store;
mod swift;
mod transport;
mod uploads;
mod web;
mod webhdfs;
