#include "master/meta/meta_master.h"

#include "conf/md5.h"
#include "master/state/journaled_part.h"
#include "proto/journal/journal.pb.h"

namespace alluxio::master {

// The checkpoint is a plain list: path properties, then the cluster id.
class MetaMaster::Entries final : public EntryListPart {
 public:
  explicit Entries(MetaMaster& master) : master_(master) {}
  std::string_view checkpoint_name() const override { return "META_MASTER"; }
  Result<Handling> Apply(const journal::JournalEntry& entry) override {
    bool mine = entry.has_cluster_info() || entry.has_path_properties() ||
                entry.has_remove_path_properties();
    if (!mine) return Handling::kNotMine;
    RETURN_IF_ERROR(master_.Apply(entry));
    return Handling::kHandled;
  }
  void Reset() override { master_.Reset(); }
  Status VisitEntries(const EntryVisitor& visit) const override NO_THREAD_SAFETY_ANALYSIS {
    for (const auto& [path, properties] : master_.paths_) {
      journal::JournalEntry entry;
      entry.mutable_path_properties()->set_path(path);
      for (const auto& [name, value] : properties) {
        (*entry.mutable_path_properties()->mutable_properties())[name] = value;
      }
      RETURN_IF_ERROR(visit(entry));
    }
    if (master_.cluster_id_.empty()) return OkStatus();
    journal::JournalEntry entry;
    entry.mutable_cluster_info()->set_cluster_id(master_.cluster_id_);
    return visit(entry);
  }

 private:
  MetaMaster& master_;
};

std::string MetaMaster::cluster_id() const {
  ReaderLock lock(lock_);
  return cluster_id_;
}

Status MetaMaster::EnsureClusterId(OpContext& context, Rng& rng) {
  WriterLock lock(lock_);
  if (!cluster_id_.empty()) return OkStatus();
  Edit edit(journal::Component::kMeta);
  edit.entry().mutable_cluster_info()->set_cluster_id(rng.Uuid());
  EditContext edits(ledger_, context);
  edits.Record(std::move(edit));
  return OkStatus();
}

MetaMaster::PathProperties MetaMaster::GetPathProperties() const {
  PathProperties out;
  {
    ReaderLock lock(lock_);
    out.by_path = paths_;
    out.updated_ms = updated_ms_;
  }
  std::string text;
  for (const auto& [path, properties] : out.by_path) {
    for (const auto& [name, value] : properties) text += path + ":" + name + ":" + value;
  }
  out.hash = conf::Md5Hex(text);
  return out;
}

Status MetaMaster::SetPathProperties(OpContext& context, const std::string& path,
                                     const Properties& added) {
  if (added.count("") > 0) return InvalidArgument("path " + path + ": a property without a name");
  WriterLock lock(lock_);
  if (paths_.count(path) == 0 && paths_.size() >= kMaxPaths) {
    return ResourceExhausted("path " + path + ": at most " + std::to_string(kMaxPaths) +
                             " paths have properties");
  }
  EditContext edits(ledger_, context);
  RETURN_IF_ERROR(edits.CheckAdmitted());
  Edit edit(journal::Component::kMeta);
  auto* entry = edit.entry().mutable_path_properties();
  entry->set_path(path);
  for (const auto& [name, value] : paths_[path]) (*entry->mutable_properties())[name] = value;
  for (const auto& [name, value] : added) (*entry->mutable_properties())[name] = value;
  edits.Record(std::move(edit));
  updated_ms_ = context.NowMs();
  return OkStatus();
}

Status MetaMaster::RemovePathProperties(OpContext& context, const std::string& path,
                                        const std::vector<std::string>& names) {
  WriterLock lock(lock_);
  auto known = paths_.find(path);
  if (known == paths_.end()) return OkStatus();
  EditContext edits(ledger_, context);
  RETURN_IF_ERROR(edits.CheckAdmitted());
  Properties left = known->second;
  for (const std::string& name : names) left.erase(name);
  Edit edit(journal::Component::kMeta);
  if (names.empty() || left.empty()) {
    edit.entry().mutable_remove_path_properties()->set_path(path);
  } else {
    auto* entry = edit.entry().mutable_path_properties();
    entry->set_path(path);
    for (const auto& [name, value] : left) (*entry->mutable_properties())[name] = value;
  }
  edits.Record(std::move(edit));
  updated_ms_ = context.NowMs();
  return OkStatus();
}

Status MetaMaster::Apply(const journal::JournalEntry& entry) {
  if (entry.has_cluster_info()) {
    cluster_id_ = entry.cluster_info().cluster_id();
  } else if (entry.has_path_properties()) {
    Properties& properties = paths_[entry.path_properties().path()];
    properties.clear();
    for (const auto& [name, value] : entry.path_properties().properties()) {
      properties[name] = value;
    }
  } else if (entry.has_remove_path_properties()) {
    paths_.erase(entry.remove_path_properties().path());
  } else {
    return InvalidArgument("MetaMaster: an entry of another kind");
  }
  return OkStatus();
}

void MetaMaster::Reset() {
  cluster_id_.clear();
  paths_.clear();
}

Status MetaMaster::WriteCheckpoint(journal::CheckpointSink& sink) const {
  // Entries only reads here; it has one constructor because replay goes through it too.
  return Entries(const_cast<MetaMaster&>(*this)).WriteCheckpoint(sink);
}

Status MetaMaster::VisitEntries(const journal::EntryVisitor& visit) const {
  return Entries(const_cast<MetaMaster&>(*this)).VisitEntries(visit);
}

Status MetaMaster::ReadCheckpoint(journal::CheckpointSource& source) {
  return Entries(*this).ReadCheckpoint(source);
}

}  // namespace alluxio::master
