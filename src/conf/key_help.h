// What a property does here, in a sentence of our own: conf/keys/help*.def and inert.def.
#pragma once

#include <string>

#include "conf/key.h"

namespace alluxio::conf {

// A whole sentence. For a key without effect: "No effect here: " and why. Immutable tables, so
// thread-safe.
std::string HelpOf(const Key& key);

}  // namespace alluxio::conf
