// Runs a fuzz target over its checked-in corpus, so that every finding stays found without a fuzzer
// at hand. Also feeds every prefix of each file: truncation is the commonest malformed input. Fails
// on an empty corpus.
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int main(int argc, char** argv) {
  std::size_t inputs = 0;
  for (int i = 1; i < argc; ++i) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator{argv[i]}) {
      if (!entry.is_regular_file())
        continue;
      std::ifstream in{entry.path(), std::ios::binary};
      const std::vector<char> text{std::istreambuf_iterator<char>{in}, {}};
      const std::vector<std::uint8_t> bytes{text.begin(), text.end()};
      const std::size_t step = bytes.size() > 2000 ? bytes.size() / 500 : 1;
      for (std::size_t n = 0; n < bytes.size(); n += step) {
        const std::vector<std::uint8_t> prefix{bytes.begin(),
                                               bytes.begin() + static_cast<std::ptrdiff_t>(n)};
        LLVMFuzzerTestOneInput(prefix.data(), prefix.size());
      }
      LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
      ++inputs;
    }
  }
  std::cout << inputs << " corpus files replayed with their prefixes\n";
  return inputs > 0 ? 0 : 1;
}
