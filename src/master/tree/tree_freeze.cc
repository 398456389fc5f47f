#include "master/tree/tree_freeze.h"

#include <utility>

#include "master/tree/inode_store.h"
#include "master/tree/inode_tree.h"

namespace alluxio::master {

void TreeFreeze::Around(const std::function<void()>& fork) {
  if (!tree_.bounded()) return fork();
  Result<std::unique_ptr<ColdImage>> image = ColdImage::Freeze(*tree_.store_->cold());
  if (!image.ok()) {
    status_ = image.status();
    return;
  }
  image_ = *std::move(image);
  tree_.image_ = image_.get();
  fork();
  tree_.image_ = nullptr;
  status_ = image_->Start();
}

}  // namespace alluxio::master
