#include "master/access/permission_checker.h"

#include <gtest/gtest.h>

namespace alluxio::master {
namespace {

InodeAccess Inode(std::string_view name, std::string_view owner, std::string_view group,
                  uint16_t mode) {
  InodeAccess inode;
  inode.name = name;
  inode.owner = owner;
  inode.group = group;
  inode.mode = Mode{mode};
  return inode;
}

Identity User(const PermissionChecker& checker, const std::string& user,
              std::vector<std::string> groups) {
  return checker.Identify(
      user, std::make_shared<const std::vector<std::string>>(std::move(groups)), "root");
}

TEST(PermissionChecker, DenialCarriesAlluxiosText) {
  PermissionChecker checker({});
  std::vector<InodeAccess> chain = {Inode("", "root", "root", 0755),
                                    Inode("a", "bob", "staff", 0700),
                                    Inode("b", "bob", "staff", 0777)};
  Status status = checker.Check(User(checker, "eve", {"others"}), Bits::kRead, chain, "/a/b");
  EXPECT_TRUE(status.Is(StatusCode::kPermissionDenied));
  EXPECT_EQ(status.message(),
            "Permission denied: user=eve, access=--x, path=/a/b: failed at a, inode owner=bob, "
            "inode group=staff, inode mode=rwx------");
}

TEST(PermissionChecker, RootIsNamedBySlash) {
  PermissionChecker checker({});
  Status status = checker.Check(User(checker, "eve", {}), Bits::kWrite,
                                {Inode("", "root", "wheel", 0755)}, "/");
  EXPECT_NE(status.message().find("failed at /, "), std::string::npos) << status;
}

TEST(PermissionChecker, OwnerRulesNameThePath) {
  PermissionChecker checker({});
  EXPECT_EQ(checker.CheckOwner(User(checker, "eve", {}), Inode("f", "bob", "", 0777), "/f")
                .message(),
            "Permission denied: user=eve is not the owner of path=/f");
  EXPECT_EQ(checker.CheckSuperuser(User(checker, "eve", {})).message(),
            "Permission denied: eve is not a super user or in super group");
}

TEST(PermissionChecker, OwnerBitsApplyToTheOwnerEvenWhenOthersMayMore) {
  PermissionChecker checker({});
  Identity bob = User(checker, "bob", {"staff"});
  EXPECT_EQ(GrantedBits(bob, Inode("f", "bob", "staff", 0077)), Bits::kNone);
  EXPECT_EQ(GrantedBits(bob, Inode("f", "amy", "staff", 0707)), Bits::kNone);
  EXPECT_EQ(GrantedBits(bob, Inode("f", "amy", "x", 0005)), Bits::kReadExecute);
}

TEST(PermissionChecker, NamedEntriesAreMaskedTheOwnerIsNot) {
  PermissionChecker checker({});
  ExtendedAcl acl;
  acl.named_users["bob"] = Bits::kAll;
  acl.named_groups["dev"] = Bits::kReadWrite;
  acl.mask = Bits::kRead;
  InodeAccess inode = Inode("f", "amy", "staff", 0770);
  inode.acl = &acl;
  EXPECT_EQ(GrantedBits(User(checker, "bob", {}), inode), Bits::kRead);
  EXPECT_EQ(GrantedBits(User(checker, "joe", {"dev"}), inode), Bits::kRead);
  EXPECT_EQ(GrantedBits(User(checker, "amy", {}), inode), Bits::kAll);
  EXPECT_EQ(GrantedBits(User(checker, "eve", {}), inode), Bits::kNone);
}

TEST(PermissionChecker, SuperusersPassEverything) {
  PermissionChecker checker({});
  std::vector<InodeAccess> chain = {Inode("", "root", "root", 0)};
  EXPECT_TRUE(checker.Check(User(checker, "root", {}), Bits::kAll, chain, "/").ok());
  EXPECT_TRUE(checker.Check(User(checker, "x", {"supergroup"}), Bits::kAll, chain, "/").ok());
  PermissionSettings off;
  off.enabled = false;
  PermissionChecker disabled(off);
  EXPECT_TRUE(disabled.Check(User(disabled, "x", {}), Bits::kAll, chain, "/").ok());
}

}  // namespace
}  // namespace alluxio::master
