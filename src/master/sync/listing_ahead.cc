#include "master/sync/listing_ahead.h"

#include <utility>

namespace alluxio::master {

ListingAhead::ListingAhead(std::shared_ptr<ufs::Ufs> ufs, std::string key,
                           ufs::UfsListOptions options)
    : ufs_(std::move(ufs)), key_(std::move(key)), options_(std::move(options)) {}

ListingAhead::~ListingAhead() = default;

Result<ufs::UfsListing> ListingAhead::Next() {
  Result<ufs::UfsListing> page = asked_ ? Await() : ufs_->List(key_, options_);
  if (!page.ok()) return page;
  options_.page = page->next_page;
  done_ = options_.page.empty();
  if (!done_) AskAhead();
  return page;
}

void ListingAhead::AskAhead() {
  if (thread_ == nullptr) thread_ = Executor::Create({"list-ahead", 1, 1});
  // When it cannot, Next() asks itself.
  asked_ = thread_->Submit([this] {
    Result<ufs::UfsListing> page = ufs_->List(key_, options_);
    MutexLock lock(mutex_);
    page_.emplace(std::move(page));
    arrived_.NotifyAll();
  }).ok();
}

Result<ufs::UfsListing> ListingAhead::Await() {
  MutexLock lock(mutex_);
  while (!page_) arrived_.Wait(mutex_);
  asked_ = false;
  Result<ufs::UfsListing> page = *std::move(page_);
  page_.reset();
  return page;
}

}  // namespace alluxio::master
