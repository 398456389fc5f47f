// Writes a journal folder in Alluxio 2.9's format with N completed files of one block each, which
// our master and the Java one both replay.
//
//   bench-journal <folder> <files> [owner [files a folder]]
//
// Names have 12 bytes, a directory holds 10,000 files unless told otherwise. No under store is
// needed: the files are not persisted.
#include <fcntl.h>
#include <unistd.h>

#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl.h"
#include "proto/journal/journal.pb.h"

namespace {

using alluxio::proto::journal::JournalEntry;

constexpr int64_t kNow = 1'700'000'000'000;
constexpr int64_t kBlockSize = 64 << 20;

// One component's log, named when it is closed: 0x0-0x<entries>.
class Log {
 public:
  explicit Log(const std::string& component_folder)
      : folder_(component_folder + "/v1/logs"), path_(folder_ + "/open") {
    std::filesystem::create_directories(folder_);
    fclose(fopen((component_folder + "/v1/_format_" + std::to_string(kNow)).c_str(), "w"));
    file_ = open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
    if (file_ < 0) {
      perror(path_.c_str());
      exit(1);
    }
    stream_ = std::make_unique<google::protobuf::io::FileOutputStream>(file_, 1 << 20);
  }
  ~Log() {
    stream_->Close();
    char name[64];
    snprintf(name, sizeof(name), "/0x0-0x%" PRIx64, next_);
    std::filesystem::rename(path_, folder_ + name);
    printf("%s%s\n", folder_.c_str(), name);
  }
  void Add(JournalEntry& entry) {
    entry.set_sequence_number(next_++);
    google::protobuf::io::CodedOutputStream coded(stream_.get());
    coded.WriteVarint32(static_cast<uint32_t>(entry.ByteSizeLong()));
    entry.SerializeWithCachedSizes(&coded);
  }

 private:
  const std::string folder_;
  const std::string path_;
  int file_;
  std::unique_ptr<google::protobuf::io::FileOutputStream> stream_;
  int64_t next_ = 0;
};

void FillAcl(const std::string& owner, int mode, bool is_default,
             alluxio::proto::shared::AccessControlList* acl) {
  using alluxio::proto::shared::AclAction;
  auto add = [](int bits, alluxio::proto::shared::AclActions* actions) {
    if ((bits & 4) != 0) actions->add_actions(AclAction::READ);
    if ((bits & 2) != 0) actions->add_actions(AclAction::WRITE);
    if ((bits & 1) != 0) actions->add_actions(AclAction::EXECUTE);
  };
  acl->set_owninguser(owner);
  acl->set_owninggroup(owner);
  auto* user = acl->add_useractions();
  user->set_name("");
  add(mode >> 6, user->mutable_actions());
  auto* group = acl->add_groupactions();
  group->set_name("");
  add(mode >> 3, group->mutable_actions());
  add(mode, acl->mutable_otheractions());
  acl->set_isdefault(is_default);
  acl->set_isempty(is_default);
}

void AddDirectory(Log& log, int64_t id, int64_t parent, const std::string& name,
                  const std::string& path, const std::string& owner) {
  JournalEntry entry;
  auto* dir = entry.mutable_inode_directory();
  dir->set_id(id);
  dir->set_parent_id(parent);
  dir->set_name(name);
  dir->set_persistence_state(id == 0 ? "PERSISTED" : "NOT_PERSISTED");
  dir->set_pinned(false);
  dir->set_creation_time_ms(kNow);
  dir->set_last_modification_time_ms(kNow);
  dir->set_last_access_time_ms(kNow);
  dir->set_mount_point(false);
  dir->set_direct_children_loaded(true);
  dir->set_ttl(-1);
  FillAcl(owner, 0755, false, dir->mutable_acl());
  FillAcl(owner, 0, true, dir->mutable_defaultacl());
  dir->set_path(path);
  log.Add(entry);
}

void AddFile(Log& log, int64_t container, int64_t parent, const std::string& name,
             const std::string& path, const std::string& owner) {
  static JournalEntry entry;
  entry.Clear();
  auto* file = entry.mutable_inode_file();
  file->set_id((container << 24) | 0xffffff);
  file->set_parent_id(parent);
  file->set_name(name);
  file->set_persistence_state("NOT_PERSISTED");
  file->set_pinned(false);
  file->set_creation_time_ms(kNow);
  file->set_last_modification_time_ms(kNow);
  file->set_last_access_time_ms(kNow);
  file->set_block_size_bytes(kBlockSize);
  file->set_length(1024);
  file->set_completed(true);
  file->set_cacheable(true);
  file->add_blocks(container << 24);
  file->set_ttl(-1);
  FillAcl(owner, 0644, false, file->mutable_acl());
  file->set_replication_max(-1);
  file->set_replication_min(0);
  file->set_persist_job_id(-1);
  file->set_replication_durable(1);
  file->set_path(path);
  log.Add(entry);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    fprintf(stderr, "usage: bench-journal <folder> <files> [owner [files a folder]]\n");
    return 2;
  }
  const std::string folder = argv[1];
  const int64_t files = atoll(argv[2]);
  const std::string owner = argc > 3 ? argv[3] : "root";
  const int64_t per_directory = argc > 4 ? atoll(argv[4]) : 10'000;
  for (const char* name : {"MetricsMaster", "TableMaster", "ThrottleMaster"}) {
    std::filesystem::create_directories(folder + "/" + name + "/v1");
    fclose(fopen((folder + "/" + name + "/v1/_format_1").c_str(), "w"));
  }
  const int64_t directories = (files + per_directory - 1) / per_directory;
  Log inodes(folder + "/FileSystemMaster");
  Log blocks(folder + "/BlockMaster");
  Log meta(folder + "/MetaMaster");
  JournalEntry entry;
  entry.mutable_cluster_info()->set_cluster_id("00000000-0000-4000-8000-000000000001");
  meta.Add(entry);
  entry.Clear();
  entry.mutable_block_container_id_generator()->set_next_container_id(files + 10);
  blocks.Add(entry);
  entry.Clear();
  entry.mutable_inode_directory_id_generator()->set_container_id(0);
  entry.mutable_inode_directory_id_generator()->set_sequence_number(directories + 1);
  inodes.Add(entry);
  AddDirectory(inodes, 0, -1, "", "/", owner);
  for (int64_t i = 0; i < files; ++i) {
    const int64_t dir = i / per_directory + 1;
    char dir_name[32];
    snprintf(dir_name, sizeof(dir_name), "d%07" PRId64, dir);
    const std::string dir_path = std::string("/") + dir_name;
    if (i % per_directory == 0) AddDirectory(inodes, dir, 0, dir_name, dir_path, owner);
    char name[32];
    snprintf(name, sizeof(name), "f%011" PRId64, i);
    AddFile(inodes, i + 1, dir, name, dir_path + "/" + name, owner);
    entry.Clear();
    entry.mutable_block_info()->set_block_id((i + 1) << 24);
    entry.mutable_block_info()->set_length(1024);
    blocks.Add(entry);
  }
  return 0;
}
