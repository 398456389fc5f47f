//! See include/ufs_bridge.h for the contract.

mod abi;
mod calls;
mod error;
mod hadoop_conf;
mod hdfs;
mod objects;
mod runtime;
mod store;
mod transport;
