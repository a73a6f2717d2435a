#include "protocols/proof/master_key.hpp"

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace uzel::proof {
namespace {

constexpr std::size_t text_size = 2 * master_key::octets + 1;

// A descriptor that closes itself.
struct open_file {
  int number;

  explicit open_file(int fd) : number{fd} {}
  ~open_file() {
    if (number >= 0)
      ::close(number);
  }
  open_file(const open_file&) = delete;
  open_file& operator=(const open_file&) = delete;
};

errc because(int error) {
  switch (error) {
  case ENOENT:
    return errc::not_found;
  case EEXIST:
    return errc::conflict;
  case EACCES:
  case EPERM:
  case ELOOP:
    return errc::forbidden;
  default:
    return errc::io_failed;
  }
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9')
    return c - '0';
  if (c >= 'a' && c <= 'f')
    return c - 'a' + 10;
  if (c >= 'A' && c <= 'F')
    return c - 'A' + 10;
  return -1;
}

// A key file may be read by its owner alone, and the owner is us or root.
errc check_owner(int fd) {
  struct stat about {};
  if (::fstat(fd, &about) != 0)
    return errc::io_failed;
  if (!S_ISREG(about.st_mode))
    return errc::invalid_input;
  if ((about.st_mode & (S_IRWXG | S_IRWXO)) != 0)
    return errc::forbidden;
  return about.st_uid == ::geteuid() || about.st_uid == 0 ? errc::ok : errc::forbidden;
}

bool read_up_to(int fd, std::span<char> buffer, std::size_t& got) {
  got = 0;
  while (got < buffer.size()) {
    const auto n = ::read(fd, buffer.data() + got, buffer.size() - got);
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return false;
    if (n == 0)
      break;
    got += static_cast<std::size_t>(n);
  }
  return true;
}

bool write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const auto n = ::write(fd, text.data(), text.size());
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return false;
    text.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

// The name of a new file is durable only when its directory is synced.
bool sync_directory_of(const std::filesystem::path& file) {
  const auto parent = file.has_parent_path() ? file.parent_path() : std::filesystem::path{"."};
  const open_file directory{::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  return directory.number >= 0 && ::fsync(directory.number) == 0;
}

bool decode_hex(std::string_view text, std::span<std::uint8_t, master_key::octets> out) {
  for (std::size_t i = 0; i < out.size(); ++i) {
    const int high = hex_digit(text[2 * i]);
    const int low = hex_digit(text[2 * i + 1]);
    if (high < 0 || low < 0)
      return false;
    out[i] = static_cast<std::uint8_t>(high * 16 + low);
  }
  return true;
}

} // namespace

master_key::~master_key() {
  OPENSSL_cleanse(bytes_.data(), bytes_.size());
}

master_key::master_key(master_key&& other) noexcept
  : bytes_{other.bytes_}
  , present_{std::exchange(other.present_, false)} {
  OPENSSL_cleanse(other.bytes_.data(), other.bytes_.size());
}

master_key& master_key::operator=(master_key&& other) noexcept {
  if (this != &other) {
    bytes_ = other.bytes_;
    present_ = std::exchange(other.present_, false);
    OPENSSL_cleanse(other.bytes_.data(), other.bytes_.size());
  }
  return *this;
}

result<master_key> master_key::generate() {
  master_key key;
  if (RAND_priv_bytes(key.bytes_.data(), static_cast<int>(key.bytes_.size())) != 1)
    return errc::io_failed;
  key.present_ = true;
  return key;
}

result<master_key> master_key::from_octets(std::span<const std::uint8_t> bytes) {
  if (bytes.size() != octets)
    return errc::invalid_input;
  master_key key;
  std::copy(bytes.begin(), bytes.end(), key.bytes_.begin());
  key.present_ = true;
  return key;
}

result<master_key> master_key::load(const std::filesystem::path& file) {
  // Without O_NONBLOCK a FIFO in place of the key would hang the start.
  const open_file in{::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  if (in.number < 0)
    return because(errno);
  if (const auto wrong = check_owner(in.number); wrong != errc::ok)
    return wrong;
  std::array<char, text_size + 2> text{};
  std::size_t got = 0;
  master_key key;
  if (!read_up_to(in.number, text, got))
    return errc::io_failed;
  const bool hex = got == text_size - 1 || (got == text_size && text[got - 1] == '\n');
  if (got == octets)
    std::copy_n(text.begin(), octets, key.bytes_.begin());
  key.present_ = got == octets || (hex && decode_hex({text.data(), text_size - 1}, key.bytes_));
  OPENSSL_cleanse(text.data(), text.size());
  if (!key.present_)
    return errc::invalid_input;
  return key;
}

result<master_key> master_key::create(const std::filesystem::path& file) {
  auto key = generate();
  if (!key)
    return key;
  const open_file out{
    ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600)};
  if (out.number < 0)
    return because(errno);
  static constexpr char digits[] = "0123456789abcdef";
  std::array<char, text_size> text{};
  for (std::size_t i = 0; i < octets; ++i) {
    text[2 * i] = digits[key->bytes_[i] >> 4];
    text[2 * i + 1] = digits[key->bytes_[i] & 15];
  }
  text.back() = '\n';
  const bool written =
    write_all(out.number, {text.data(), text.size()}) && ::fsync(out.number) == 0;
  OPENSSL_cleanse(text.data(), text.size());
  if (!written || !sync_directory_of(file)) {
    // Half a key would be taken for a damaged one at the next start.
    ::unlink(file.c_str());
    return errc::io_failed;
  }
  return key;
}

result<master_key> master_key::load_or_create(const std::filesystem::path& file) {
  auto key = load(file);
  if (!key && key.error() == errc::not_found)
    return create(file);
  return key;
}

} // namespace uzel::proof
