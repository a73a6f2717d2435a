#include "protocols/proof/login_name.hpp"

#include "protocols/proof/utf8.hpp"

#include <openssl/rand.h>

#include <algorithm>
#include <array>

namespace uzel::proof {
namespace {

// What is tried first against every login; in lower case, sorted.
constexpr auto guessed_first = std::to_array<std::string_view>({
  "000000",      "00000000",     "0987654321", "111111",        "11111111",    "111111111",
  "1111111111",  "112233",       "11223344",   "121212",        "123123",      "123123123",
  "123321",      "1234",         "12341234",   "12344321",      "12345",       "123456",
  "1234567",     "12345678",     "123456789",  "1234567890",    "123456789a",  "12345678a",
  "1234qwer",    "123654789",    "123qwe123",  "123qweasd",     "147258369",   "159753456",
  "1q2w3e",      "1q2w3e4r",     "1q2w3e4r5t", "1qaz2wsx",      "555555",      "654321",
  "666666",      "777777",       "7777777",    "87654321",      "88888888",    "987654321",
  "9876543210",  "a12345678",    "a1b2c3d4",   "abc123",        "abc12345",    "abcd1234",
  "admin",       "admin123",     "adminadmin", "administrator", "aleksandr",   "anastasia",
  "andrey123",   "asdf1234",     "asdfasdf",   "asdfghjkl",     "baseball",    "changeme",
  "computer",    "corvette",     "default1",   "dragon",        "dragon123",   "ekaterina",
  "football",    "gfhjkm",       "gfhjkm123",  "gfhjkmgfhjkm",  "guest",       "guest123",
  "iloveyou",    "internet",     "internet1",  "jennifer",      "killer123",   "kristina",
  "letmein",     "letmein1",     "lokomotiv",  "marina123",     "master",      "master123",
  "michelle",    "mikrotik",     "mikrotik1",  "monkey",        "monkey123",   "mustang1",
  "natasha1",    "nikita123",    "p@ssw0rd",   "p@ssword",      "parol",       "parol123",
  "parolparol",  "passw0rd",     "passwd",     "password",      "password1",   "password12",
  "password123", "password1234", "princess",   "provider",      "provider1",   "q1w2e3r4",
  "q1w2e3r4t5",  "qazwsxedc",    "qwe123",     "qweasdzxc",     "qweqweqwe",   "qwer1234",
  "qwerty",      "qwerty12",     "qwerty123",  "qwerty1234",    "qwerty12345", "qwertyqwerty",
  "qwertyui",    "qwertyuiop",   "root",       "router123",     "samsung1",    "secret",
  "secret123",   "spartak1",     "starwars",   "sunshine",      "superman",    "svetlana",
  "test",        "test1234",     "testing123", "testtest",      "trustno1",    "user",
  "user1234",    "useruser",     "valentina",  "vladimir",      "welcome",     "welcome1",
  "whatever",    "zaq12wsx",     "zenit2007",  "zxcvbnm",       "zxcvbnm1",    "zxcvbnm123",
});
static_assert(std::is_sorted(guessed_first.begin(), guessed_first.end()));

// Digits and letters that no one confuses on paper or by phone: no 0/o, 1/l/i. 32 of them, so a
// random octet has no bias.
constexpr std::string_view readable = "abcdefghjkmnpqrstuvwxyz23456789!";
static_assert(readable.size() == 32);

std::string lower(std::string_view text) {
  std::string out{text};
  for (char& c : out)
    if (c >= 'A' && c <= 'Z')
      c = static_cast<char>(c - 'A' + 'a');
  return out;
}

// Broken UTF-8 would not survive JSON, and control characters would forge log lines.
bool is_clean(std::string_view text) {
  while (!text.empty()) {
    std::uint32_t point = 0;
    if (!take_code_point(text, point) || point < 0x20 || (point >= 0x7F && point < 0xA0))
      return false;
  }
  return true;
}

bool is_guessed_first(std::string_view folded) {
  return std::binary_search(guessed_first.begin(), guessed_first.end(), folded);
}

bool is_dropped(std::string_view realm, realm_rule rule, std::span<const std::string> listed) {
  return rule == realm_rule::strip ||
         (rule == realm_rule::only_listed &&
          std::find(listed.begin(), listed.end(), realm) != listed.end());
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// A phone however it was written: "+7 (978) 123-45-67" and "79781234567" are one.
std::string digits_of(std::string_view text) {
  std::string out;
  std::copy_if(text.begin(), text.end(), std::back_inserter(out), is_digit);
  return out;
}

bool is_phone(std::string_view password, std::string_view phone) {
  static constexpr std::string_view punctuation = "+-() ";
  const auto wanted = digits_of(phone);
  const auto given = digits_of(password);
  if (wanted.size() < 5 || given.size() < 5)
    return false;
  const bool only_phone_characters = std::all_of(password.begin(), password.end(), [](char c) {
    return is_digit(c) || punctuation.find(c) != punctuation.npos;
  });
  // The country or trunk prefix (+7, 8) is no secret either: ten digits are the whole subscriber
  // number.
  const auto tail = [](const std::string& d) {
    return d.size() > 10 ? d.substr(d.size() - 10) : d;
  };
  return only_phone_characters && tail(wanted) == tail(given);
}

} // namespace

result<std::string> normalise_login(std::string_view sent, realm_rule rule,
                                    std::span<const std::string> listed) {
  if (sent.empty() || sent.size() > max_login || !is_clean(sent))
    return errc::invalid_input;
  const auto whole = lower(sent);
  std::string_view login{whole};
  if (const auto slash = login.find('\\');
      slash != login.npos && is_dropped(login.substr(0, slash), rule, listed))
    login.remove_prefix(slash + 1);
  if (const auto at = login.rfind('@');
      at != login.npos && is_dropped(login.substr(at + 1), rule, listed))
    login.remove_suffix(login.size() - at);
  if (login.empty())
    return errc::invalid_input;
  return std::string{login};
}

violations password_problems(std::string_view password, std::string_view login,
                             std::string_view phone, const password_rules& rules) {
  violations out;
  const auto wrong = [&out](std::string text) { out.push_back({"password", std::move(text)}); };
  if (password.size() < rules.min_length)
    wrong("must have at least " + std::to_string(rules.min_length) + " characters");
  if (password.size() > rules.max_length)
    wrong("must have at most " + std::to_string(rules.max_length) + " characters");
  if (!std::all_of(password.begin(), password.end(), [](char c) { return c >= ' ' && c <= '~'; }))
    wrong("may hold only Latin letters, digits, punctuation and spaces inside");
  if (!password.empty() && (password.front() == ' ' || password.back() == ' '))
    wrong("must not begin or end with a space");
  const auto folded = lower(password);
  if (!login.empty() && folded == lower(login))
    wrong("must not equal the login");
  if (is_phone(password, phone))
    wrong("must not equal the phone number");
  if (is_guessed_first(folded))
    wrong("is among the passwords that are guessed first");
  return out;
}

result<std::string> generate_password(std::size_t length) {
  std::string out(std::clamp<std::size_t>(length, 10, 128), '\0');
  std::array<unsigned char, 128> random{};
  do {
    if (RAND_priv_bytes(random.data(), static_cast<int>(out.size())) != 1)
      return errc::io_failed;
    for (std::size_t i = 0; i < out.size(); ++i)
      out[i] = readable[random[i] % readable.size()];
  } while (is_guessed_first(out));
  return out;
}

} // namespace uzel::proof
