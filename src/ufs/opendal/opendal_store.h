// OpendalStore: an object store that OpenDAL speaks to, as a FlatStore. Errors name the scheme and
// bucket and the object. Thread-safe.
#pragma once

#include <memory>
#include <string>

#include "ufs/object/flat_store.h"
#include "ufs/opendal/bridge.h"

namespace alluxio::ufs {

struct OpendalStoreOptions {
  std::string name;  // of the store in messages: the root URI
  // Parts of an upload under way at a time, beside the one that fills: each holds its size.
  int concurrent_parts = 4;
  size_t part_size = 8 << 20;
};

class OpendalStore final : public FlatStore {
 public:
  OpendalStore(std::unique_ptr<BridgeStore> bridge, OpendalStoreOptions options)
      : bridge_(std::move(bridge)), options_(std::move(options)) {}

  bool can_list() const override { return bridge_->can_list(); }
  Result<FlatObject> Head(const std::string& path) override;
  Result<std::unique_ptr<FlatListing>> List(const FlatListRequest& request) override;
  Result<std::unique_ptr<FlatListing>> ListUploads(const std::string& folder) override;
  Status AbortUpload(const FlatObject& upload) override;
  Result<std::unique_ptr<FlatReader>> Open(const FlatObject& object) override;
  Result<std::unique_ptr<FlatWriter>> Create(const std::string& path,
                                             int64_t length) override;
  Status Delete(const std::vector<std::string>& paths) override;
  Result<FlatObject> Copy(const FlatObject& from, const std::string& to) override;

 private:
  std::string Name(const std::string& path) const { return options_.name + "/" + path; }

  const std::unique_ptr<BridgeStore> bridge_;
  const OpendalStoreOptions options_;
};

}  // namespace alluxio::ufs
