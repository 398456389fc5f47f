#include "job/master/progress_proto.h"

#include "proto/grpc/job_work.pb.h"

namespace alluxio::job {

void ToProto(const Progress& progress, grpc::job::CommandProgress* out) {
  out->set_listed(progress.listed);
  out->set_files(progress.files);
  out->set_filesdone(progress.files_done);
  out->set_filesfailed(progress.files_failed);
  out->set_filesskipped(progress.files_skipped);
  out->set_bytes(progress.bytes);
  out->set_bytesdone(progress.bytes_done);
  out->set_error(progress.error);
  for (const FileFailureView& failure : progress.failures) {
    grpc::job::FileFailure* added = out->add_failures();
    added->set_path(failure.path);
    added->set_reason(failure.reason);
  }
}

Progress FromProto(const grpc::job::CommandProgress& progress) {
  Progress out;
  out.listed = progress.listed();
  out.files = progress.files();
  out.files_done = progress.filesdone();
  out.files_failed = progress.filesfailed();
  out.files_skipped = progress.filesskipped();
  out.bytes = progress.bytes();
  out.bytes_done = progress.bytesdone();
  out.error = progress.error();
  for (const grpc::job::FileFailure& failure : progress.failures()) {
    out.failures.push_back({failure.path(), failure.reason()});
  }
  return out;
}

}  // namespace alluxio::job
