#include "conf/key_help.h"

#include <gtest/gtest.h>

#include <set>
#include <vector>

namespace alluxio::conf {
namespace {

std::vector<const Key*> Everything() {
  std::vector<const Key*> all = AllKeys();
  all.insert(all.end(), TemplateKeys().begin(), TemplateKeys().end());
  return all;
}

TEST(KeyHelpTest, EveryKeyHasASentence) {
  for (const Key* key : Everything()) {
    std::string help = HelpOf(*key);
    EXPECT_TRUE(help.ends_with('.')) << key->name << ": " << help;
    EXPECT_GT(help.size(), std::string("No effect here: .").size()) << key->name;
    EXPECT_EQ(help.starts_with("No effect here"), key->effect == Effect::Inert) << key->name;
  }
}

TEST(KeyHelpTest, EveryRowBelongsToAKeyOfItsEffect) {
  std::vector<std::string_view> helped = {
#define HELP(name, text) name,
#include "conf/keys/help.def"
#include "conf/keys/help_master.def"
#include "conf/keys/help_underfs.def"
#include "conf/keys/help_user.def"
#include "conf/keys/help_worker.def"
#undef HELP
  };
  std::vector<std::string_view> inert = {
#define INERT(prefix, why) prefix,
#include "conf/keys/inert.def"
#undef INERT
  };
  std::set<std::string_view> works, idle;
  for (const Key* key : Everything()) {
    (key->effect == Effect::Works ? works : idle).insert(key->name);
  }
  EXPECT_EQ(std::set<std::string_view>(helped.begin(), helped.end()), works);
  EXPECT_EQ(helped.size(), works.size());
  for (std::string_view prefix : inert) {
    bool used = false;
    for (std::string_view name : idle) used = used || name.starts_with(prefix);
    EXPECT_TRUE(used) << prefix;
  }
}

TEST(KeyHelpTest, TheLongestBeginningSaysWhyAKeyIsInert) {
  EXPECT_EQ(HelpOf(*FindKey("alluxio.fuse.fs.name")),
            "No effect here: there is no FUSE process here.");
  EXPECT_EQ(HelpOf(*FindKey("alluxio.master.metastore.rocks.edge.index")),
            "No effect here: block locations are kept in memory; filters and indexes of RocksDB "
            "are always there.");
  EXPECT_EQ(HelpOf(*FindKey("alluxio.master.rpc.port")),
            "The port of the master for calls of clients and workers.");
  // A name of its own that fits a template has the template's.
  EXPECT_EQ(HelpOf(*FindKey("alluxio.worker.tieredstore.level7.dirs.path")),
            "The folders of this tier.");
}

}  // namespace
}  // namespace alluxio::conf
