// Progress <-> the messages of proto/grpc/job_work.proto.
#pragma once

#include "job/master/job_types.h"

namespace alluxio::grpc::job {
class CommandProgress;
}

namespace alluxio::job {

void ToProto(const Progress& progress, grpc::job::CommandProgress* out);
// Without the state, which travels beside it.
Progress FromProto(const grpc::job::CommandProgress& progress);

}  // namespace alluxio::job
