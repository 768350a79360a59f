@echo off
rem Start Tapestry:  tapestry [COMMAND] [OPTION ...]      tapestry --help lists the commands
rem Check it:        tapestry test [PYTEST OPTION ...]    everything that CI runs
rem
rem The first start makes a Python environment in .venv beside this file; later starts go straight
rem to the program. A set-up that was interrupted is done again.
setlocal EnableExtensions DisableDelayedExpansion
set "root=%~dp0"
set "venv=%root%.venv"
set "python=%venv%\Scripts\python.exe"

call :is_ready program || call :make_program || exit /b 1
if /i "%~1"=="test" goto run_checks
"%venv%\Scripts\tapestry.exe" %*
exit /b %errorlevel%

:is_ready
call :is_whole || exit /b 1
fc /b "%root%pyproject.toml" "%venv%\%1.ready" >nul 2>nul
exit /b %errorlevel%

rem The environment was made for this folder and pip was not interrupted in it.
:is_whole
if not exist "%python%" exit /b 1
if not exist "%venv%\folder.ready" exit /b 1
set folder=""
set /p folder=<"%venv%\folder.ready"
if %folder%=="%root%" exit /b 0
exit /b 1

:make_environment
call :find_python || exit /b 1
echo Setting up Tapestry in "%venv%". This happens once and takes a few minutes. 1>&2
if not exist "%venv%" goto new_environment
if not exist "%venv%\made-by-tapestry" (
    echo "%venv%" was not made by this script. Move it away, then run the same command again. 1>&2
    exit /b 1
)
rmdir /s /q "%venv%"
:new_environment
mkdir "%venv%" || exit /b 1
type nul >"%venv%\made-by-tapestry"
%finder% -m venv "%venv%" 1>&2
exit /b %errorlevel%

:find_python
for %%c in ("py -3.13" "py -3.12" "py -3.11" "python") do (
    %%~c -c "import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))" >nul 2>nul && (
        set "finder=%%~c"
        exit /b 0
    )
)
echo Tapestry needs Python 3.11 or newer, and none was found. Type 1>&2
echo     winget install Python.Python.3.13 1>&2
echo or get it from https://www.python.org/downloads/, then run the same command again. 1>&2
exit /b 1

:make_program
call :is_whole || call :make_environment || exit /b 1
echo Installing Tapestry and what it needs ... 1>&2
call :pip_install --editable "%root%." || exit /b 1
echo Installing PyTorch, which checks every number ... 1>&2
call :pip_install --editable "%root%.[oracle]" || call :say_how_to_add_pytorch
copy /y /b "%root%pyproject.toml" "%venv%\program.ready" >nul
exit /b 0

:make_development
echo Installing the tools of the checks ... 1>&2
call :pip_install --editable "%root%.[dev]" || exit /b 1
copy /y /b "%root%pyproject.toml" "%venv%\development.ready" >nul
exit /b 0

rem An environment in which pip was interrupted is made anew: folder.ready is missing from it.
:pip_install
if exist "%venv%\folder.ready" del "%venv%\folder.ready"
"%python%" -m pip --disable-pip-version-check --no-input install --quiet %* 1>&2
set "status=%errorlevel%"
if %status% geq 0 >"%venv%\folder.ready" echo "%root%"
exit /b %status%

:say_how_to_add_pytorch
echo PyTorch could not be installed. Everything but the comparison with it works; to add it later: 1>&2
echo     "%python%" -m pip install --editable "%root%.[oracle]" 1>&2
exit /b 0

:run_checks
call :is_ready development || call :make_development || exit /b 1
cd /d "%root%" || exit /b 1
set "failed="
call :check ruff format --check .
call :check ruff check .
call :check mypy
call :check lint-imports
if defined failed echo FAILED before the tests:%failed% 1>&2
"%python%" -m pytest %2 %3 %4 %5 %6 %7 %8 %9
if errorlevel 1 exit /b 1
if defined failed exit /b 1
exit /b 0

:check
echo + %* 1>&2
"%venv%\Scripts\%1.exe" %2 %3 %4 || set "failed=%failed% %1"
exit /b 0
