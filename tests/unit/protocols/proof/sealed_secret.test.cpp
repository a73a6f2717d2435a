#include "protocols/proof/sealed_secret.hpp"

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <fstream>
#include <set>
#include <sys/stat.h>

#include "hex.hpp"

using namespace uzel;
using namespace uzel::proof;
namespace fs = std::filesystem;

namespace {

// A directory that goes with the test.
struct scratch {
  fs::path folder;
  scratch() {
    auto pattern = (fs::temp_directory_path() / "uzel-key-XXXXXX").string();
    folder = ::mkdtemp(pattern.data());
  }
  ~scratch() { fs::remove_all(folder); }
  fs::path write(const char* name, std::string_view text, fs::perms mode) const {
    auto file = folder / name;
    std::ofstream{file, std::ios::binary} << text;
    fs::permissions(file, mode);
    return file;
  }
};

constexpr auto owner_only = fs::perms::owner_read | fs::perms::owner_write;

} // namespace

BOOST_AUTO_TEST_SUITE(sealing)

BOOST_AUTO_TEST_CASE(opens_what_it_sealed) {
  const auto key = master_key::generate();
  BOOST_REQUIRE(key.has_value());
  for (const std::size_t length : {0u, 1u, 15u, 16u, 17u, 128u, 4096u}) {
    const std::string plain(length, 's');
    const auto sealed = seal(*key, "context", plain);
    BOOST_REQUIRE(sealed.has_value());
    BOOST_TEST(sealed->size() == length + seal_overhead);
    BOOST_TEST((*sealed)[0] == 1);
    const auto opened = unseal(*key, "context", *sealed);
    BOOST_REQUIRE(opened.has_value());
    BOOST_TEST(*opened == plain);
  }
  BOOST_TEST((seal(*key, "context", std::string(4097, 's')).error() == errc::invalid_input));
}

// A thread keeps its cipher keyed: a change of keys must not be overlooked.
BOOST_AUTO_TEST_CASE(keys_may_alternate_on_one_thread) {
  const auto one = master_key::generate();
  const auto other = master_key::generate();
  BOOST_REQUIRE(one.has_value());
  BOOST_REQUIRE(other.has_value());
  for (int i = 0; i < 3; ++i) {
    const auto a = seal(*one, "c", "first");
    const auto b = seal(*other, "c", "second");
    BOOST_REQUIRE(a.has_value());
    BOOST_REQUIRE(b.has_value());
    BOOST_TEST((unseal(*other, "c", *a).error() == errc::store_damaged));
    BOOST_TEST(unseal(*one, "c", *a).value() == "first");
    BOOST_TEST((unseal(*one, "c", *b).error() == errc::store_damaged));
    BOOST_TEST(unseal(*other, "c", *b).value() == "second");
    BOOST_TEST((unseal(*one, "d", *a).error() == errc::store_damaged));
    BOOST_TEST(unseal(*one, "c", *a).value() == "first"); // a refusal spoils nothing
  }
}

// Layout pinned by a value made with an independent AES-256-GCM (Python cryptography): key 00..1f,
// nonce 40..4b.
BOOST_AUTO_TEST_CASE(opens_a_value_sealed_by_another_program) {
  std::array<std::uint8_t, 32> octets{};
  for (std::size_t i = 0; i < octets.size(); ++i)
    octets[i] = static_cast<std::uint8_t>(i);
  const auto key = master_key::from_octets(octets);
  const auto opened = unseal(
    *key, "account-password:42",
    unhex("01404142434445464748494a4b918acd514348a773acb7642f7d17d5b5926fe5afbacb50065ab5f0"));
  BOOST_REQUIRE(opened.has_value());
  BOOST_TEST(*opened == "s3cret pass");
}

BOOST_AUTO_TEST_CASE(notices_every_changed_octet_and_every_truncation) {
  const auto key = master_key::generate();
  const auto sealed = seal(*key, "context", "secret");
  for (std::size_t i = 0; i < sealed->size(); ++i) {
    auto bad = *sealed;
    bad[i] = static_cast<char>(bad[i] ^ 0x10);
    BOOST_TEST_CONTEXT("octet " << i)
    BOOST_TEST((unseal(*key, "context", bad).error() == errc::store_damaged));
    BOOST_TEST_CONTEXT("cut to " << i)
    BOOST_TEST((unseal(*key, "context", sealed->substr(0, i)).error() == errc::store_damaged));
  }
  BOOST_TEST((unseal(*key, "context", *sealed + "x").error() == errc::store_damaged));
}

BOOST_AUTO_TEST_CASE(another_key_or_context_does_not_open) {
  const auto key = master_key::generate();
  const auto other = master_key::generate();
  const auto sealed = seal(*key, "a", "secret");
  BOOST_TEST((unseal(*other, "a", *sealed).error() == errc::store_damaged));
  BOOST_TEST((unseal(*key, "b", *sealed).error() == errc::store_damaged));
  BOOST_TEST((unseal(*key, "", *sealed).error() == errc::store_damaged));
  BOOST_TEST(unseal(*key, "a", *sealed).has_value());
}

BOOST_AUTO_TEST_CASE(the_same_secret_never_seals_to_the_same_text) {
  const auto key = master_key::generate();
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i)
    seen.insert(*seal(*key, "context", "secret"));
  BOOST_TEST(seen.size() == 1000u);
}

BOOST_AUTO_TEST_CASE(an_empty_key_seals_nothing) {
  const master_key none;
  BOOST_TEST((seal(none, "context", "secret").error() == errc::invalid_input));
  BOOST_TEST((unseal(none, "context", std::string(40, '\1')).error() == errc::invalid_input));
  auto key = master_key::generate();
  const auto taken = std::move(*key);
  BOOST_TEST(static_cast<bool>(taken));
  BOOST_TEST(!static_cast<bool>(*key));
}

BOOST_AUTO_TEST_CASE(cleansing_leaves_nothing_in_the_buffer) {
  std::string secret(100, 's');
  const char* buffer = secret.data();
  cleanse(secret);
  BOOST_TEST(secret.empty());
  secret.reserve(100);
  BOOST_REQUIRE(secret.data() == buffer);
  secret.resize(1);
  BOOST_TEST(secret[0] == '\0');
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(master_key_file)

BOOST_AUTO_TEST_CASE(a_created_key_is_private_and_loads_again) {
  const scratch dir;
  const auto file = dir.folder / "master.key";
  const auto made = master_key::create(file);
  BOOST_REQUIRE(made.has_value());
  struct stat about {};
  BOOST_REQUIRE(::stat(file.c_str(), &about) == 0);
  BOOST_TEST((about.st_mode & 0777) == 0600u);
  BOOST_TEST(about.st_size == 65);
  const auto loaded = master_key::load(file);
  BOOST_REQUIRE(loaded.has_value());
  BOOST_TEST(hex_of(loaded->bytes()) == hex_of(made->bytes()));
  BOOST_TEST((master_key::create(file).error() == errc::conflict));
}

BOOST_AUTO_TEST_CASE(load_or_create_makes_a_key_once) {
  const scratch dir;
  const auto first = master_key::load_or_create(dir.folder / "k");
  const auto second = master_key::load_or_create(dir.folder / "k");
  BOOST_REQUIRE(first.has_value());
  BOOST_REQUIRE(second.has_value());
  BOOST_TEST(hex_of(first->bytes()) == hex_of(second->bytes()));
  BOOST_TEST((master_key::load_or_create(dir.folder / "absent" / "k").error() == errc::not_found));
}

BOOST_AUTO_TEST_CASE(raw_octets_and_hex_are_read) {
  const scratch dir;
  const std::string raw(32, '\x5A');
  std::string digits;
  for (int i = 0; i < 32; ++i)
    digits += "5a";
  for (const auto& text : {raw, digits, digits + "\n"}) {
    const auto key = master_key::load(dir.write("k", text, owner_only));
    BOOST_REQUIRE(key.has_value());
    BOOST_TEST(hex_of(key->bytes()) == hex(raw));
  }
}

BOOST_AUTO_TEST_CASE(a_key_that_others_may_read_is_refused) {
  const scratch dir;
  const std::string raw(32, 'k');
  for (const auto extra : {fs::perms::group_read, fs::perms::others_read, fs::perms::group_write}) {
    const auto file = dir.write("k", raw, owner_only | extra);
    BOOST_TEST((master_key::load(file).error() == errc::forbidden));
    BOOST_TEST((master_key::load_or_create(file).error() == errc::forbidden));
  }
}

BOOST_AUTO_TEST_CASE(what_is_no_key_is_refused) {
  const scratch dir;
  for (const std::string& text :
       {std::string{}, std::string(31, 'k'), std::string(33, 'k'), std::string(64, 'g'),
        std::string(63, 'a'), std::string(65, 'a'), std::string(66, 'a'), std::string(500, 'a')})
    BOOST_TEST((master_key::load(dir.write("k", text, owner_only)).error() == errc::invalid_input));
  BOOST_TEST((master_key::load(dir.folder / "absent").error() == errc::not_found));
  BOOST_TEST((master_key::load(dir.folder).error() == errc::invalid_input));
  const auto fifo = dir.folder / "fifo";
  BOOST_REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
  BOOST_TEST((master_key::load(fifo).error() == errc::invalid_input));
  BOOST_TEST(
    (master_key::from_octets(std::vector<std::uint8_t>(31)).error() == errc::invalid_input));
}

BOOST_AUTO_TEST_SUITE_END()
