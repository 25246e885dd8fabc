#include "host/start_up_places.h"

#include <array>

namespace antidotary::host {

std::span<const StartPlace> start_places() {
  using enum StartForm;
  static constexpr std::array places = {
      StartPlace{R"(SOFTWARE\Microsoft\Windows\CurrentVersion\Run)", "*", command, true},
      StartPlace{R"(SOFTWARE\Microsoft\Windows\CurrentVersion\RunOnce)", "*", command, true},
      StartPlace{R"(SOFTWARE\Microsoft\Windows\CurrentVersion\RunOnce\Setup)", "*", command, true},
      StartPlace{R"(SOFTWARE\Microsoft\Windows\CurrentVersion\RunOnceEx)", "*", command, true},
      StartPlace{R"(SOFTWARE\Microsoft\Windows\CurrentVersion\RunOnceEx\*)", "*", command, true},
      StartPlace{R"(SOFTWARE\Microsoft\Windows\CurrentVersion\RunServices)", "*", command, true},
      StartPlace{R"(SOFTWARE\Microsoft\Windows\CurrentVersion\RunServicesOnce)", "*", command,
                 true},
      StartPlace{R"(SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\Explorer\Run)", "*", command,
                 true},
      StartPlace{R"(SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System)", "Shell", command,
                 true},
      StartPlace{R"(SOFTWARE\Microsoft\Windows NT\CurrentVersion\Winlogon)", "Shell", list, true},
      StartPlace{R"(SOFTWARE\Microsoft\Windows NT\CurrentVersion\Winlogon)", "Userinit", list,
                 true},
      StartPlace{R"(SOFTWARE\Microsoft\Windows NT\CurrentVersion\Winlogon)", "System", list, true},
      StartPlace{R"(SOFTWARE\Microsoft\Windows NT\CurrentVersion\Winlogon)", "Taskman", list, true},
      StartPlace{R"(SOFTWARE\Microsoft\Windows NT\CurrentVersion\Winlogon)", "VmApplet", list},
      StartPlace{R"(SOFTWARE\Microsoft\Windows NT\CurrentVersion\Winlogon)", "UIHost"},
      StartPlace{R"(SOFTWARE\Microsoft\Windows NT\CurrentVersion\Winlogon)", "GinaDLL"},
      StartPlace{R"(SOFTWARE\Microsoft\Windows NT\CurrentVersion\Winlogon\Notify\*)", "DLLName"},
      StartPlace{R"(SOFTWARE\Microsoft\Windows NT\CurrentVersion\Windows)", "AppInit_DLLs", list},
      StartPlace{R"(SOFTWARE\Microsoft\Windows NT\CurrentVersion\Windows)", "Load", list, true},
      StartPlace{R"(SOFTWARE\Microsoft\Windows NT\CurrentVersion\Windows)", "Run", list, true},
      StartPlace{R"(SOFTWARE\Microsoft\Windows NT\CurrentVersion\Image File Execution Options\*)",
                 "Debugger"},
      StartPlace{R"(SOFTWARE\Microsoft\Active Setup\Installed Components\*)", "StubPath"},
      StartPlace{R"(SOFTWARE\Microsoft\Command Processor)", "AutoRun", command, true},
      StartPlace{R"(SOFTWARE\Microsoft\Windows\CurrentVersion\Explorer\Browser Helper Objects\*)",
                 "", key_clsid},
      StartPlace{R"(SOFTWARE\Microsoft\Windows\CurrentVersion\ShellServiceObjectDelayLoad)", "*",
                 clsid},
      StartPlace{R"(SOFTWARE\Microsoft\Windows\CurrentVersion\Explorer\SharedTaskScheduler\*)", "",
                 key_clsid},
      StartPlace{R"(SOFTWARE\Microsoft\Windows\CurrentVersion\Explorer\ShellExecuteHooks\*)", "",
                 key_clsid},
      // Each begins with what Windows itself has there: "%1" %*; anything before it is a hijack.
      StartPlace{R"(SOFTWARE\Classes\exefile\shell\open\command)", "", command, true},
      StartPlace{R"(SOFTWARE\Classes\comfile\shell\open\command)", "", command, true},
      StartPlace{R"(SOFTWARE\Classes\batfile\shell\open\command)", "", command, true},
      StartPlace{R"(SOFTWARE\Classes\cmdfile\shell\open\command)", "", command, true},
      StartPlace{R"(SOFTWARE\Classes\piffile\shell\open\command)", "", command, true},
      StartPlace{R"(SOFTWARE\Classes\scrfile\shell\open\command)", "", command, true},
      StartPlace{R"(SOFTWARE\Classes\regfile\shell\open\command)", "", command, true},
      StartPlace{R"(SOFTWARE\Classes\txtfile\shell\open\command)", "", command, true},
      StartPlace{R"(SOFTWARE\Classes\htafile\shell\open\command)", "", command, true},
      StartPlace{R"(SYSTEM\CurrentControlSet\Control\Session Manager)", "BootExecute", list},
      StartPlace{R"(SYSTEM\CurrentControlSet\Control\Session Manager)", "SetupExecute", list},
      // Not started, but moved or deleted before anything runs.
      StartPlace{R"(SYSTEM\CurrentControlSet\Control\Session Manager)",
                 "PendingFileRenameOperations", list},
      StartPlace{R"(SYSTEM\CurrentControlSet\Control\Session Manager\AppCertDlls)", "*"},
      StartPlace{R"(SYSTEM\CurrentControlSet\Control\SafeBoot)", "AlternateShell"},
      StartPlace{R"(SYSTEM\CurrentControlSet\Control\Print\Monitors\*)", "Driver"},
      StartPlace{R"(SYSTEM\CurrentControlSet\Control\Lsa)", "Authentication Packages", list},
      StartPlace{R"(SYSTEM\CurrentControlSet\Control\Lsa)", "Notification Packages", list},
      StartPlace{R"(SYSTEM\CurrentControlSet\Control\Lsa)", "Security Packages", list},
      StartPlace{R"(SYSTEM\CurrentControlSet\Services\WinSock2\Parameters\)"
                 R"(Protocol_Catalog9\Catalog_Entries\*)",
                 "PackedCatalogItem", catalog},
      StartPlace{R"(SYSTEM\CurrentControlSet\Services\WinSock2\Parameters\)"
                 R"(NameSpace_Catalog5\Catalog_Entries\*)",
                 "LibraryPath"},
  };
  return places;
}

}  // namespace antidotary::host
