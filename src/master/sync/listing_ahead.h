// ListingAhead: the pages of one folder of an under store; while the caller works on a page, the
// next one is asked for.
//
//   ListingAhead listing(ufs, key, options);
//   while (!listing.done()) { ASSIGN_OR_RETURN(UfsListing page, listing.Next()); ... }
//
// A folder of one page costs no thread. Memory: two pages. Thread-compatible.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/mutex.h"
#include "base/result.h"
#include "env/executor.h"
#include "ufs/ufs.h"

namespace alluxio::master {

class ListingAhead {
 public:
  // Begins where options.page says.
  ListingAhead(std::shared_ptr<ufs::Ufs> ufs, std::string key, ufs::UfsListOptions options);
  ~ListingAhead();  // Waits for a page that is on its way.
  ListingAhead(const ListingAhead&) = delete;
  ListingAhead& operator=(const ListingAhead&) = delete;

  // The next page. After an error the same page may be asked for again.
  Result<ufs::UfsListing> Next();
  // True when Next() returned the last page.
  bool done() const { return done_; }

 private:
  void AskAhead();
  Result<ufs::UfsListing> Await();

  const std::shared_ptr<ufs::Ufs> ufs_;  // shared with the mount
  const std::string key_;
  ufs::UfsListOptions options_;  // of the page to come; read by the thread while one is asked for
  bool done_ = false;
  bool asked_ = false;
  Mutex mutex_;
  CondVar arrived_;
  std::optional<Result<ufs::UfsListing>> page_ GUARDED_BY(mutex_);
  std::unique_ptr<Executor> thread_;  // null before there is a second page; last: uses the above
};

}  // namespace alluxio::master
