"""Each check is shown a clean tree, where it says nothing, and one fault, which it reports."""
import os
import re
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import check_rooms  # noqa: E402
import check_tidy  # noqa: E402
import gen_reference  # noqa: E402

CARD = "\n".join(f"**{heading}.** x\n" for heading in check_tidy.CARD)
CLEAN = {
    "src/ROOMS": " 0 base = # ground\n10 env = base # world\n20 master/ops = env base # meaning\n",
    "src/base/README.md": CARD,
    "src/env/README.md": CARD,
    "src/master/ops/README.md": CARD,
    "src/base/status.h": "#pragma once\nclass Status {};\n",
    "src/env/block_map.h": '#pragma once\n#include "base/status.h"\nclass BlockMap {};\n',
    "src/env/block_map.cc": '#include "env/block_map.h"\n',
    "src/env/block_map_test.cc": '#include "env/block_map.h"\n',
    "src/master/ops/create_file.cc": '#include "env/block_map.h"\nint F() {\n  return 1;\n}\n',
    "src/master/ops/create_file_test.cc": "#include <thread>\nstd::thread t;\n",
    "README.md": "See [the plan](src/ROOMS) and [the web](https://example.org/x).\n",
}


class SeededFaults(unittest.TestCase):
    def tree(self, changes):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        for path, text in {**CLEAN, **changes}.items():
            if text is None:
                continue
            full = os.path.join(folder.name, path)
            os.makedirs(os.path.dirname(full), exist_ok=True)
            with open(full, "w") as file:
                file.write(text)
        return folder.name

    def tidy(self, check, changes):
        return check(check_tidy.Tree(self.tree(changes)))

    def rooms(self, changes):
        return check_rooms.check(os.path.join(self.tree(changes), "src"))

    def assert_fault(self, faults, *words):
        self.assertEqual(len(faults), 1, faults)
        for word in words:
            self.assertIn(word, faults[0])

    def test_clean_tree_has_no_faults(self):
        self.assertEqual(self.rooms({}), [])
        for check in check_tidy.CHECKS:
            self.assertEqual(self.tidy(check, {}), [], check.__name__)

    def test_web_pages(self):
        page = "webui/src/pages/a.tsx"
        for line in ["x.innerHTML = name;", "const x: any = 1;", "eval(name)",
                     'fetch("https://example.org/x")', "<p dangerouslySetInnerHTML={x} />"]:
            self.assert_fault(self.tidy(check_tidy.check_web_pages, {page: line}), page + ":1")
        self.assert_fault(self.tidy(check_tidy.check_web_pages, {page: "\n" * 300}), "301 lines")
        clean = "const url = `http://${host}`; // many words\n"
        self.assertEqual(self.tidy(check_tidy.check_web_pages, {page: clean}), [])

    def test_names_of_a_precompiled_header(self):
        uses = "std::vector<std::string_view> F();\n"
        faults = self.tidy(check_tidy.check_own_includes, {"src/env/block_map.cc": uses})
        self.assertEqual(len(faults), 2, faults)
        self.assertIn("src/env/block_map.cc:1: std::string_view without #include <string_view>",
                      faults[0])
        own = '#include "env/block_map.h"\n' + uses  # through a header of ours
        header = '#pragma once\n#include <string>\n#include <vector>\nclass BlockMap {};\n'
        self.assertEqual(self.tidy(check_tidy.check_own_includes, {
            "src/env/block_map.cc": own, "src/env/block_map.h": header}), [])

    def test_precompiled_headers_are_those_the_check_knows(self):
        with open(os.path.join(os.path.dirname(__file__), "..", "cmake",
                               "Precompiled.cmake")) as file:
            listed = re.search(r"set\(PCH_CORE(.*?)\)", file.read(), re.S).group(1)
        self.assertEqual(sorted(re.findall(r"<([^>]+)>", listed)), sorted(check_tidy.PRECOMPILED))

    def test_upward_include(self):
        self.assert_fault(self.rooms({"src/env/up.cc": '#include "master/ops/x.h"\n'}),
                          "src/env/up.cc"[4:], "env may not include master/ops")

    def test_undeclared_door(self):
        plan = CLEAN["src/ROOMS"].replace("= env base", "= base")
        self.assert_fault(self.rooms({"src/ROOMS": plan}), "master/ops may not include env")

    def test_private_header(self):
        self.assert_fault(
            self.rooms({"src/master/ops/a.cc": '#include "env/internal/secret.h"\n'}), "private")

    def test_tests_are_not_included_by_product(self):
        self.assert_fault(self.rooms({"src/env/a.cc": '#include "tests/fixtures/x.h"\n'}),
                          "never see tests")

    def test_upward_line_in_plan(self):
        plan = CLEAN["src/ROOMS"].replace("10 env = base", "10 env = base master/ops")
        self.assert_fault(self.rooms({"src/ROOMS": plan}), "may not look up")

    def test_unknown_room_in_plan(self):
        plan = CLEAN["src/ROOMS"].replace("10 env = base", "10 env = base cellar")
        self.assert_fault(self.rooms({"src/ROOMS": plan}), "unknown room cellar")

    def test_unlisted_folder(self):
        self.assert_fault(self.rooms({"src/cellar/a.cc": "\n"}), "no such room")

    def test_oversized_file(self):
        self.assert_fault(self.rooms({"src/env/big.cc": "\n" * 601}), "601 lines")
        self.assert_fault(self.rooms({"src/env/big.h": "\n" * 301}), "301 lines")

    def test_vague_file_name(self):
        self.assert_fault(self.rooms({"src/env/path_utils.cc": "\n"}), "vague")

    def test_long_line(self):
        self.assert_fault(self.tidy(check_tidy.check_line_length,
                                    {"src/env/a.cc": "x" * 101 + "\n"}), "101 columns")

    def test_long_function(self):
        body = "  Work();\n" * 61
        for head in ("int F() {", "void C::F(int a) const {", "F::F(int a) : a_(a) {"):
            text = f"namespace x {{\n{head}\n  if (a) {{\n{body}  }}\n}}\n}}\n"
            self.assert_fault(self.tidy(check_tidy.check_function_length, {"src/env/a.cc": text}),
                              "src/env/a.cc:2", "63 lines")

    def test_long_class_is_no_function(self):
        text = "class C {\n" + "  void F();  // {\n" * 80 + "};\n"
        self.assertEqual(self.tidy(check_tidy.check_function_length, {"src/env/a.cc": text}), [])

    def test_header_that_needs_another(self):
        self.assert_fault(self.tidy(check_tidy.check_headers_alone,
                                    {"src/env/needy.h": "#pragma once\nstd::string Needy();\n"}),
                          "needy.h", "does not compile alone")

    def test_missing_card(self):
        self.assert_fault(self.tidy(check_tidy.check_cards, {"src/env/README.md": None}), "missing")

    def test_card_without_a_heading(self):
        card = CARD.replace("Durable state", "Things")
        self.assert_fault(self.tidy(check_tidy.check_cards, {"src/env/README.md": card}),
                          "Durable state")

    def test_card_that_is_too_long(self):
        self.assert_fault(self.tidy(check_tidy.check_cards,
                                    {"src/env/README.md": CARD + "\n" * 40}), "at most 40")

    def test_header_that_declares_something_else(self):
        self.assert_fault(self.tidy(check_tidy.check_first_name,
                                    {"src/env/tier.h": "#pragma once\nclass Shelf {};\n"}),
                          "no Tier, but Shelf")

    def test_banned_calls(self):
        for call in ("std::mutex m;", "std::thread t;",
                     "auto t = std::chrono::system_clock::now();",
                     "int r = rand();", 'char* h = getenv("HOME");', "int f = ::open(p, 0);",
                     "int s = ::socket(1, 2, 3);", "std::cout << 1;", "std::ofstream out;",
                     "std::this_thread::sleep_for(x);"):
            self.assert_fault(self.tidy(check_tidy.check_banned_calls,
                                        {"src/env/a.cc": call + "\n"}), "use" if "sleep" not in call
                              else "CondVar")

    def test_banned_words_in_comments_and_strings_pass(self):
        text = '// std::mutex\nconst char* a = "rand() std::thread";\n/* getenv(x) */ brand();\n'
        self.assertEqual(self.tidy(check_tidy.check_banned_calls, {"src/env/a.cc": text}), [])

    def test_proto_in_a_header_of_the_domain(self):
        self.assert_fault(self.tidy(check_tidy.check_proto_places,
                                    {"src/env/a.h": '#include "proto/grpc/common.pb.h"\n'}),
                          "proto types")

    def test_grpc_outside_rpc(self):
        self.assert_fault(self.tidy(check_tidy.check_library_headers,
                                    {"src/env/a.cc": "#include <grpcpp/grpcpp.h>\n"}), "src/rpc")

    def test_source_without_a_test(self):
        self.assert_fault(self.tidy(check_tidy.check_tests_beside, {"src/env/a.cc": "\n"}),
                          "a_test.cc")

    def test_excuse_needs_a_reason_and_a_file(self):
        self.assertEqual(self.tidy(check_tidy.check_tests_beside,
                                   {"src/env/a.cc": "\n",
                                    "tests/UNTESTED": "src/env/a.cc: only wires\n"}), [])
        self.assert_fault(self.tidy(check_tidy.check_tests_beside,
                                    {"src/env/a.cc": "\n", "tests/UNTESTED": "src/env/a.cc:\n"}),
                          "reason")
        self.assert_fault(self.tidy(check_tidy.check_tests_beside,
                                    {"tests/UNTESTED": "src/env/gone.cc: moved\n"}), "exist")
        self.assert_fault(self.tidy(check_tidy.check_tests_beside,
                                    {"src/env/a.cc": "\n",
                                     "tests/UNTESTED": "src/env/a.cc: src/env/gone_test.cc\n"}),
                          "gone_test.cc")
        self.assert_fault(self.tidy(check_tidy.check_tests_beside,
                                    {"tests/UNTESTED": "src/env/block_map.cc: later\n"}), "by now")

    def test_key_that_no_table_has_or_that_is_marked_inert(self):
        table = {"src/conf/keys/a.def": 'KEY("alluxio.a.b", kInt, "1", kAll, Inert)\n'
                                        'KEY("alluxio.a.level{N}.c", kInt, "1", kAll, Works)\n'}
        for name, words in (("alluxio.a.b", "Inert"), ("alluxio.a.x", "no table")):
            self.assert_fault(self.tidy(check_tidy.check_keys,
                                        {**table, "src/env/a.cc": f'conf.GetInt("{name}");\n'}),
                              name, words)
        self.assertEqual(self.tidy(check_tidy.check_keys,
                                   {**table, "src/env/a.cc": 'Get("alluxio.a.level{}.c");\n'}), [])

    def test_stale_page_of_properties(self):
        tables = {f"src/conf/keys/{owner}.def": "" for owner, _ in gen_reference.OWNERS}
        tables.update({f"src/conf/keys/{name}.def": "" for name in gen_reference.HELP_FILES})
        tables["src/conf/keys/master.def"] = ('KEY("alluxio.a.b", kInt, "1", kMaster, Inert)\n'
                                              'KEY("alluxio.a.c", kInt, "1", kMaster, Works)\n')
        tables["src/conf/keys/help.def"] = 'HELP("alluxio.a.c", "How "\n     "many.")\n'
        tables["src/conf/keys/inert.def"] = ('INERT("alluxio.", "no.")\n'
                                             'INERT("alluxio.a.", "none.")\n')
        self.assert_fault(self.tidy(check_tidy.check_reference, tables), "gen_reference.py")
        written = {**tables, gen_reference.PAGE: gen_reference.page(self.tree(tables))}
        self.assertEqual(self.tidy(check_tidy.check_reference, written), [])
        for line in ("| `alluxio.a.b` | int | `1` | master | inert: none. |",
                     "| `alluxio.a.c` | int | `1` | master | How many. |"):
            self.assertIn(line, written[gen_reference.PAGE])

    def test_broken_link(self):
        self.assert_fault(self.tidy(check_tidy.check_links, {"docs/a.md": "[x](gone.md#top)\n"}),
                          "gone.md")

    def test_machine_path(self):
        path = "/ho" + "me/somebody/x"
        self.assert_fault(self.tidy(check_tidy.check_machine_paths, {"docs/a.md": path + "\n"}),
                          "one machine")

    def test_vague_class_name(self):
        self.assert_fault(self.tidy(check_tidy.check_class_names,
                                    {"src/env/a.h": "class BlockManager {};\n"}), "BlockManager")


if __name__ == "__main__":
    unittest.main()
