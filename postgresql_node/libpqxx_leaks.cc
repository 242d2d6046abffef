// libpqxx 6 loses the result of the statement during which a session is lost, some two
// kilobytes. The leak checker (--config=asan) is told to overlook it, by the name that
// it looks for.

// NOLINTBEGIN(bugprone-reserved-identifier): the sanitizer's own name.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() { return "leak:libpqxx"; }
// NOLINTEND(bugprone-reserved-identifier)
