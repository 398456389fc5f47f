// AlluxioJobMaster: the job master process. Properties come from -Dkey=value, the environment and
// alluxio-site.properties.
#include "job/process/job_master_process.h"

int main(int argc, char** argv) { return alluxio::job::RunJobMaster(argc, argv); }
