// AlluxioWorker: the worker process. Properties come from -Dkey=value, the environment and
// alluxio-site.properties.
#include "worker/process/worker_process.h"

int main(int argc, char** argv) { return alluxio::worker::RunWorker(argc, argv); }
