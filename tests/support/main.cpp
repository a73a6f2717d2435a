// The entry point that all test programs share.
#define BOOST_TEST_MODULE uzel
#include <boost/test/unit_test.hpp>
