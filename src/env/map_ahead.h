// MapAhead: the pages of a mapped file that is about to be read, mapped by one call instead of a
// fault each. Pays where pages are huge: a fault costs as much as copying 100 KiB.
#pragma once

#include <string>
#include <string_view>

namespace alluxio {

// Whether the file lies in huge pages (on a tmpfs mounted with huge=, if it is long enough for
// them). False when that cannot be told. Thread-safe.
bool InHugePages(const std::string& path);

// A hint: maps the pages of `bytes`, which are part of a mapping. Nothing happens where the kernel
// cannot do it, or the file has become shorter. Thread-safe.
void MapAhead(std::string_view bytes);

}  // namespace alluxio
