// Properties: the syntax of Java .properties files.
//
//   # comment          ! comment
//   key = value        key : value        key value
//   key = one line (backslash)
//         continued here                   \t \n \r \f \uXXXX and any other escaped character
//
// Bytes that are valid UTF-8 stay as they are; others are taken as ISO-8859-1. A key that comes
// twice is reported twice, in order: the last one counts. Thread-safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace alluxio::conf {

struct Property {
  std::string key;
  std::string value;
  int line = 0;  // where the key begins, counted from 1
};

using Properties = std::vector<Property>;

// INVALID_ARGUMENT "line 3: ..." for a \u without four hexadecimal digits.
Result<Properties> ParseProperties(std::string_view text);

}  // namespace alluxio::conf
