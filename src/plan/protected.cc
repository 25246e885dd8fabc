// Protected files: the table, and where a path stands in it.
#include "plan/protected.h"

#include <algorithm>
#include <string>

#include "core/text.h"

namespace antidotary::plan {
namespace {

// Relative to the Windows folder, lower case. `*` is any name.
constexpr std::string_view nt_files[] = {"explorer.exe",
                                         "regedit.exe",
                                         "system.ini",
                                         "win.ini",
                                         "system32/winlogon.exe",
                                         "system32/csrss.exe",
                                         "system32/smss.exe",
                                         "system32/lsass.exe",
                                         "system32/services.exe",
                                         "system32/svchost.exe",
                                         "system32/userinit.exe",
                                         "system32/wininit.exe",
                                         "system32/logonui.exe",
                                         "system32/spoolsv.exe",
                                         "system32/rundll32.exe",
                                         "system32/cmd.exe",
                                         "system32/taskmgr.exe",
                                         "system32/ntoskrnl.exe",
                                         "system32/ntkrnlpa.exe",
                                         "system32/hal.dll",
                                         "system32/ntdll.dll",
                                         "system32/kernel32.dll",
                                         "system32/user32.dll",
                                         "system32/gdi32.dll",
                                         "system32/advapi32.dll",
                                         "system32/shell32.dll",
                                         "system32/ole32.dll",
                                         "system32/rpcrt4.dll",
                                         "system32/msvcrt.dll",
                                         "system32/ws2_32.dll",
                                         "system32/wsock32.dll",
                                         "system32/wininet.dll",
                                         "system32/comctl32.dll",
                                         "system32/msgina.dll",
                                         "system32/webcheck.dll",
                                         "system32/win32k.sys",
                                         "system32/explorer.exe",
                                         "system32/dllhost.exe",
                                         "system32/regsvr32.exe",
                                         "system32/lsasrv.dll",
                                         "system32/config/*",
                                         "system32/drivers/ntfs.sys",
                                         "system32/notepad.exe",
                                         "notepad.exe",
                                         "system32/drivers/tcpip.sys",
                                         "system32/drivers/etc/hosts"};
constexpr std::string_view win9x_files[] = {"explorer.exe",
                                            "regedit.exe",
                                            "system.ini",
                                            "win.ini",
                                            "win.com",
                                            "system.dat",
                                            "user.dat",
                                            "rundll32.exe",
                                            "taskmon.exe",
                                            "notepad.exe",
                                            "winsock.dll",
                                            "scanregw.exe",
                                            "command.com",
                                            "control.exe",
                                            "system/kernel32.dll",
                                            "system/user32.dll",
                                            "system/gdi32.dll",
                                            "system/krnl386.exe",
                                            "system/user.exe",
                                            "system/gdi.exe",
                                            "system/msgsrv32.exe",
                                            "system/mprexe.exe",
                                            "system/wsock32.dll",
                                            "system/vmm32.vxd",
                                            "system/shell32.dll",
                                            "system/advapi32.dll",
                                            "system/rpcss.exe",
                                            "system/systray.exe"};
constexpr std::string_view root_files[] = {
    "ntldr",       "ntdetect.com", "boot.ini",     "bootmgr",    "io.sys",      "msdos.sys",
    "command.com", "pagefile.sys", "hiberfil.sys", "config.sys", "autoexec.bat"};

template <std::size_t size>
bool holds(const std::string_view (&table)[size], const std::string& path) {
  return std::any_of(std::begin(table), std::end(table), [&](std::string_view row) {
    if (row.ends_with('*')) {
      const std::string_view folder = row.substr(0, row.size() - 1);
      return path.starts_with(folder) && path.find('/', folder.size()) == path.npos;
    }
    return row == path;
  });
}

// The same files once more for 32-bit programs, and Windows' own spare copies.
std::string without_twin(std::string_view name) {
  constexpr std::string_view twin = "syswow64/";
  constexpr std::string_view spare = "system32/dllcache/";
  if (name.starts_with(twin)) return "system32/" + std::string(name.substr(twin.size()));
  if (name.starts_with(spare)) return "system32/" + std::string(name.substr(spare.size()));
  return std::string(name);
}

// Which folder is Windows was said by a jailed worker; it may not take files out of the table by
// naming another. A name alone is no place, so rows of one name count below the usual folders only.
bool is_placed_as_windows_file(const std::string& name) {
  for (const std::string_view usual : {"windows/", "winnt/"}) {
    if (name.starts_with(usual) && holds(nt_files, name.substr(usual.size()))) return true;
  }
  for (std::size_t at = 0;; at = name.find('/', at) + 1) {
    const std::string tail = without_twin(std::string_view(name).substr(at));
    if (tail.find('/') == tail.npos) break;
    if (holds(nt_files, tail) || holds(win9x_files, tail)) return true;
  }
  return false;
}

}  // namespace

bool is_protected(std::string_view path, host::WindowsKind kind,
                  std::string_view windows_directory) {
  std::string name = ascii_lower(path);
  if (is_placed_as_windows_file(name)) return true;
  const std::string windows = ascii_lower(windows_directory) + '/';
  if (kind == host::WindowsKind::none || !name.starts_with(windows)) {
    return holds(root_files, name);
  }
  name.erase(0, windows.size());
  if (kind == host::WindowsKind::win9x) return holds(win9x_files, name);
  return holds(nt_files, without_twin(name));
}

}  // namespace antidotary::plan
