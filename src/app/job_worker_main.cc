// AlluxioJobWorker: the job worker process. Properties come from -Dkey=value, the environment and
// alluxio-site.properties.
#include "job/process/job_worker_process.h"

int main(int argc, char** argv) { return alluxio::job::RunJobWorker(argc, argv); }
