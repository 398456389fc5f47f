// The flat image of an InodeStore: slabs, arena and indexes as they are, the rest as plain arrays.
// Addresses are numbers of slots and of units in all of them, so that nothing has to be put right.
#include <algorithm>
#include <cstring>
#include <new>
#include <type_traits>

#include "base/check.h"
#include "master/state/flat_image.h"
#include "master/tree/inode_store.h"
#include "master/tree/rare_proto.h"
#include "proto/meta/inode_meta.pb.h"

namespace alluxio::master {
namespace {

using ProtoInode = ::alluxio::proto::meta::Inode;

// Lists are put together until they have so many words.
constexpr size_t kWordsPerArray = size_t{1} << 20;
constexpr size_t kItemsPerArray = size_t{1} << 16;

struct StoreHead {
  uint64_t seed = 0;
  uint64_t live = 0;
  uint32_t next_slot = 0;
  uint32_t free_slot = 0;
  uint32_t root = 0;
  uint32_t lists = 0;
};

struct TtlItem {
  uint64_t slot = 0;
  int64_t ttl_ms = 0;
};

struct FingerprintItem {
  uint32_t slot = 0;
  uint32_t address = 0;
  uint32_t size = 0;
};

// The entries of a side table, made an Item each; a copy of all would be too much memory.
template <typename Item, typename Table, typename Make>
Status SaveTable(ImageWriter& image, const Table& table, const Make& make) {
  RETURN_IF_ERROR(image.Value(static_cast<uint64_t>(table.size())));
  std::vector<Item> items;
  size_t left = table.size();
  for (const auto& [slot, value] : table) {
    items.push_back(make(slot, value));
    --left;
    if (items.size() < kItemsPerArray && left > 0) continue;
    RETURN_IF_ERROR(image.Array(std::span<const Item>(items)));
    items.clear();
  }
  return OkStatus();
}

template <typename Item, typename Table, typename Put>
Status LoadTable(ImageReader& image, Table* table, const Put& put) {
  uint64_t count = 0;
  RETURN_IF_ERROR(image.Value(&count));
  if (count > static_cast<uint64_t>(image.left()) / sizeof(Item)) {
    return image.Damaged("a table too long");
  }
  table->reserve(count);
  while (table->size() < count) {
    ASSIGN_OR_RETURN(std::vector<Item> items, image.Array<Item>());
    if (items.empty()) return image.Damaged("a table that ends");
    for (const Item& item : items) put(item);
  }
  return OkStatus();
}

}  // namespace

Status InodeStore::SaveImage(ImageWriter& image) const {
  CHECK(!bounded_);
  RETURN_IF_ERROR(image.Value(StoreHead{.seed = seed_,
                                        .live = live_,
                                        .next_slot = next_slot_,
                                        .free_slot = free_slot_,
                                        .root = root_,
                                        .lists = static_cast<uint32_t>(lists_.size())}));
  for (uint32_t slot = 0; slot < next_slot_; slot += 1u << kSlabBits) {
    const size_t records = std::min(next_slot_ - slot, 1u << kSlabBits);
    RETURN_IF_ERROR(image.Frame({reinterpret_cast<const char*>(slabs_[slot >> kSlabBits]),
                                 records * sizeof(InodeRecord)}));
  }
  RETURN_IF_ERROR(names_.SaveImage(image));
  RETURN_IF_ERROR(by_id_.SaveImage(image));
  RETURN_IF_ERROR(by_edge_.SaveImage(image));
  RETURN_IF_ERROR(SaveLists(image));
  return SaveSides(image);
}

Status InodeStore::LoadImage(ImageReader& image) {
  CHECK(!bounded_ && live_ == 0);
  RETURN_IF_ERROR(LoadRecords(image));
  RETURN_IF_ERROR(names_.LoadImage(image));
  RETURN_IF_ERROR(by_id_.LoadImage(image));
  RETURN_IF_ERROR(by_edge_.LoadImage(image));
  RETURN_IF_ERROR(LoadLists(image));
  return LoadSides(image);
}

Status InodeStore::LoadRecords(ImageReader& image) {
  StoreHead head;
  RETURN_IF_ERROR(image.Value(&head));
  for (uint32_t slot = 0; slot < head.next_slot; slot += 1u << kSlabBits) {
    const size_t records = std::min(head.next_slot - slot, 1u << kSlabBits);
    static_assert(std::is_trivially_copyable_v<InodeRecord>);
    slabs_.push_back(new (slab_memory_.Take()) InodeRecord[size_t{1} << kSlabBits]);
    RETURN_IF_ERROR(image.Read(
        {reinterpret_cast<char*>(slabs_.back()), records * sizeof(InodeRecord)}));
  }
  if (head.root != kNoSlot && head.root >= head.next_slot) return image.Damaged("no such root");
  seed_ = head.seed;
  live_ = head.live;
  resident_ = head.live;
  next_slot_ = head.next_slot;
  free_slot_ = head.free_slot;
  root_ = head.root;
  lists_.resize(head.lists);
  return OkStatus();
}

Status InodeStore::SaveLists(ImageWriter& image) const {
  RETURN_IF_ERROR(image.Array(std::span<const uint32_t>(free_lists_)));
  std::vector<uint32_t> words;
  static const ChildList none;
  for (size_t n = 0; n < lists_.size(); ++n) {
    (lists_[n] == nullptr ? none : *lists_[n]).AppendTo(&words);
    if (words.size() < kWordsPerArray && n + 1 < lists_.size()) continue;
    RETURN_IF_ERROR(image.Array(std::span<const uint32_t>(words)));
    words.clear();
  }
  return OkStatus();
}

Status InodeStore::LoadLists(ImageReader& image) {
  ASSIGN_OR_RETURN(free_lists_, image.Array<uint32_t>());
  std::vector<uint32_t> words;
  std::span<const uint32_t> left;
  for (std::unique_ptr<ChildList>& list : lists_) {
    if (left.empty()) {
      ASSIGN_OR_RETURN(words, image.Array<uint32_t>());
      left = words;
    }
    auto read = std::make_unique<ChildList>();
    if (!read->TakeFrom(&left, next_slot_)) return image.Damaged("a list of children");
    if (read->size() > 0) list = std::move(read);
  }
  return left.empty() ? OkStatus() : image.Damaged("too many lists of children");
}

Status InodeStore::SaveSides(ImageWriter& image) const {
  RETURN_IF_ERROR(image.Value(static_cast<uint64_t>(ownerships_.size())));
  for (const Ownership& ownership : ownerships_) {
    RETURN_IF_ERROR(image.Frame(ownership.owner));
    RETURN_IF_ERROR(image.Frame(ownership.group));
  }
  RETURN_IF_ERROR(image.Array(std::span<const int64_t>(block_sizes_)));
  RETURN_IF_ERROR(SaveTable<TtlItem>(
      image, ttls_, [](uint32_t slot, int64_t ttl) { return TtlItem{slot, ttl}; }));
  RETURN_IF_ERROR(SaveTable<FingerprintItem>(
      image, fingerprints_, [](uint32_t slot, const TextRef& text) {
        return FingerprintItem{slot, text.address, text.size};
      }));
  RETURN_IF_ERROR(image.Value(static_cast<uint64_t>(rare_.size())));
  std::string bytes;
  ProtoInode proto;
  for (const auto& [slot, rare] : rare_) {
    proto.Clear();
    RareToProto(*rare, &proto);
    bytes.assign(reinterpret_cast<const char*>(&slot), sizeof(slot));
    CHECK(proto.AppendToString(&bytes)) << "slot " << slot;
    RETURN_IF_ERROR(image.Frame(bytes));
  }
  return OkStatus();
}

Status InodeStore::LoadSides(ImageReader& image) {
  uint64_t count = 0;
  RETURN_IF_ERROR(image.Value(&count));
  ownerships_.clear();
  ownership_of_.clear();
  for (uint64_t n = 0; n < count; ++n) {
    Ownership ownership;
    ASSIGN_OR_RETURN(ownership.owner, image.Text());
    ASSIGN_OR_RETURN(ownership.group, image.Text());
    ownership_of_[OwnershipKey(ownership.owner, ownership.group)] = static_cast<uint32_t>(n);
    ownerships_.push_back(std::move(ownership));
  }
  ASSIGN_OR_RETURN(block_sizes_, image.Array<int64_t>());
  RETURN_IF_ERROR(LoadTable<TtlItem>(image, &ttls_, [this](const TtlItem& ttl) {
    ttls_[static_cast<uint32_t>(ttl.slot)] = ttl.ttl_ms;
  }));
  RETURN_IF_ERROR(
      LoadTable<FingerprintItem>(image, &fingerprints_, [this](const FingerprintItem& text) {
        fingerprints_[text.slot] = TextRef{text.address, text.size};
      }));
  RETURN_IF_ERROR(image.Value(&count));
  for (ProtoInode proto; count > 0; --count) {
    ASSIGN_OR_RETURN(std::string bytes, image.Text());
    uint32_t slot = 0;
    if (bytes.size() < sizeof(slot)) return image.Damaged("rare fields of nothing");
    std::memcpy(&slot, bytes.data(), sizeof(slot));
    const int size = static_cast<int>(bytes.size() - sizeof(slot));
    if (slot >= next_slot_ || !proto.ParseFromArray(bytes.data() + sizeof(slot), size)) {
      return image.Damaged("rare fields that do not parse");
    }
    RareFromProto(proto, &EditRare(slot));
  }
  return OkStatus();
}

}  // namespace alluxio::master
