// AlluxioMaster: the master process. Properties come from -Dkey=value, the environment and
// alluxio-site.properties.
#include "master/process/master_process.h"

int main(int argc, char** argv) { return alluxio::master::RunMaster(argc, argv); }
