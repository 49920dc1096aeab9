# The R side of _process.py: waits for jobs, and runs each in a copy of this process, so that none finds what another left.
#
# Its arguments are descriptors: of the pipe that a byte comes by for each job, of the job itself, of its answer, and of the
# word that it has ended. What is said there is written and read by _frames.py and _job.py.

# A jail has no shell, which R's own Sys.which() asks, already while its packages load; these are therefore loaded here.
local({
  which <- function(names) {
    folders <- strsplit(Sys.getenv("PATH"), ":", fixed = TRUE)[[1]]
    vapply(names, function(name) {
      paths <- if (grepl("/", name, fixed = TRUE)) name else file.path(folders, name)
      c(paths[file.access(paths, 1) == 0 & !dir.exists(paths)], "")[1]
    }, "")
  }
  environment(which) <- baseenv()
  unlockBinding("Sys.which", baseenv())
  assign("Sys.which", which, envir = baseenv())
  lockBinding("Sys.which", baseenv())
  for (package in c("methods", "datasets", "utils", "grDevices", "graphics", "stats")) library(package, character.only = TRUE)
})

# Whatever a script calls its functions, here those of base R are meant.
local(envir = new.env(parent = baseenv()), {
  descriptors <- commandArgs(trailingOnly = TRUE)
  fd <- function(place, mode) file(paste0("/dev/fd/", descriptors[place]), mode, raw = TRUE)
  kinds <- c("double", "integer", "logical", "string", "factor", "ordered", "datetime", "timespan", "integer64")
  most_at_once <- 2^27 # elements: writeBin writes no more than 2^31 - 1 bytes in one call
  script_file <- "script.R"

  # ---- Reading

  take_texts <- function(con, count) {
    texts <- readBin(con, "character", count)
    # Where R takes text for that anyway this would cost more than the reading.
    if (!l10n_info()[["UTF-8"]]) Encoding(texts) <- "UTF-8"
    texts
  }

  take_text <- function(con) take_texts(con, 1)

  take_integer <- function(con) readBin(con, "integer", 1)

  take_column <- function(con, rows) {
    kind <- kinds[take_integer(con)]
    if (kind %in% c("string", "factor", "ordered")) {
      levels <- take_texts(con, take_integer(con))
      codes <- readBin(con, "integer", rows)
      if (kind == "string") return(levels[codes])
      classes <- if (kind == "ordered") c("ordered", "factor") else "factor"
      return(structure(codes, levels = levels, class = classes))
    }
    switch(kind,
      double = readBin(con, "double", rows),
      integer = readBin(con, "integer", rows),
      logical = as.logical(readBin(con, "integer", rows)),
      datetime = {
        zone <- take_text(con)
        structure(readBin(con, "double", rows), class = c("POSIXct", "POSIXt"), tzone = zone)
      },
      timespan = structure(readBin(con, "double", rows), class = "difftime", units = "secs")
    )
  }

  take_frame <- function(con) {
    rows <- take_integer(con)
    names <- take_texts(con, take_integer(con))
    columns <- lapply(seq_along(names), function(place) take_column(con, rows))
    structure(columns, names = names, row.names = .set_row_names(rows), class = "data.frame")
  }

  take_job <- function(con) {
    job <- list(mode = take_text(con), folder = take_text(con), script = take_text(con), seed = take_integer(con))
    job$ports <- lapply(seq_len(take_integer(con)), function(place) if (take_integer(con)) take_frame(con))
    size <- take_integer(con)
    job$model <- if (size) readBin(con, "raw", size)
    job$label <- take_text(con)
    job$features <- take_texts(con, take_integer(con))
    job
  }

  # ---- Writing

  put <- function(con, values) {
    if (!length(values)) return()
    for (start in seq(1, length(values), by = most_at_once)) {
      part <- if (length(values) <= most_at_once) values else values[start:min(start + most_at_once - 1, length(values))]
      writeBin(part, con)
    }
  }

  put_texts <- function(con, texts) {
    texts <- enc2utf8(texts)
    put(con, length(texts))
    put(con, sum(nchar(texts, "bytes") + 1))
    put(con, texts)
  }

  put_codes <- function(con, kind, levels, codes) {
    put(con, match(kind, kinds))
    put_texts(con, levels)
    put(con, codes)
  }

  put_column <- function(con, column) {
    kind <- kind_of(column)
    if (kind == "string") {
      column <- as.character(column)
      levels <- unique(column[!is.na(column)])
      return(put_codes(con, kind, levels, match(column, levels)))
    }
    if (kind %in% c("factor", "ordered")) return(put_codes(con, kind, levels(column), as.integer(unclass(column))))
    put(con, match(kind, kinds))
    if (kind == "datetime") {
      zone <- if (inherits(column, "POSIXlt")) attr(as.POSIXct(column), "tzone") else attr(column, "tzone")
      put_texts(con, if (is.null(zone)) "" else as.character(zone[1]))
      column <- as.POSIXct(column)
    }
    if (kind == "timespan") column <- as.double(column, units = "secs")
    attributes(column) <- NULL
    put(con, if (kind %in% c("datetime", "timespan")) as.double(column) else column)
  }

  kind_of <- function(column) {
    if (inherits(column, "POSIXt") || inherits(column, "Date")) return("datetime")
    if (inherits(column, "difftime")) return("timespan")
    if (inherits(column, "integer64")) return("integer64")
    if (is.factor(column)) return(if (is.ordered(column)) "ordered" else "factor")
    switch(typeof(column), double = "double", integer = "integer", logical = "logical", character = "string", "")
  }

  put_frame <- function(con, frame) {
    put(con, nrow(frame))
    names <- names(frame)
    names <- if (is.null(names)) character(length(frame)) else as.character(names)
    names[is.na(names)] <- ""
    put_texts(con, names)
    for (place in seq_along(frame)) put_column(con, .subset2(frame, place))
  }

  # ---- What a result may be

  check_frame <- function(frame, name) {
    if (!is.data.frame(frame)) {
      wrong(sprintf("\"%s\" is no data.frame but of class %s; make it one with as.data.frame()", name, class(frame)[1]))
    }
    rows <- nrow(frame)
    for (place in seq_along(frame)) check_column(.subset2(frame, place), names(frame)[place], rows)
    check_texts(names(frame), "the names of the columns")
    invisible(frame)
  }

  check_column <- function(column, name, rows) {
    kind <- kind_of(column)
    if (kind == "") {
      told <- if (typeof(column) == "list") "a list" else paste("of type", typeof(column))
      wrong(sprintf("column %s of the result is %s; convert it to numbers or text first", name, told))
    }
    if (length(dim(column)) > 1) {
      wrong(sprintf("column %s of the result is a matrix; give each of its columns a column of its own", name))
    }
    if (length(column) != rows) wrong(sprintf("column %s has %d values in %d rows", name, length(column), rows))
    if (kind == "string") check_texts(column, paste("column", name))
    if (kind %in% c("factor", "ordered")) {
      check_texts(levels(column), paste("the levels of column", name))
      if (typeof(column) != "integer" || !all(is.na(column) | (unclass(column) >= 1L & unclass(column) <= nlevels(column)))) {
        wrong(sprintf("column %s is a factor with codes beyond its levels", name))
      }
      if (anyDuplicated(levels(column)) || anyNA(levels(column))) {
        wrong(sprintf("column %s is a factor with levels that are equal or missing", name))
      }
    }
  }

  check_texts <- function(texts, what) {
    texts <- unique(as.character(texts))
    if (any(Encoding(texts) == "bytes") || any(!validUTF8(texts) & Encoding(texts) != "latin1")) {
      wrong(sprintf("%s holds text that is no valid UTF-8; tell R its encoding, as by iconv()", what))
    }
  }

  wrong <- function(text) stop(text, call. = FALSE)

  # ---- Running

  result <- NULL # what maml.mapOutputPort was told last

  api <- function(ports) {
    list(
      maml.mapInputPort = function(portNumber) {
        if (!is.numeric(portNumber) || length(portNumber) != 1 || !(portNumber %in% 1:2)) {
          wrong("maml.mapInputPort takes the number of an input port: 1 or 2")
        }
        frame <- if (portNumber <= length(ports)) ports[[portNumber]]
        if (is.null(frame)) wrong(sprintf("nothing is connected to input port %d (Dataset%d)", portNumber, portNumber))
        frame
      },
      maml.mapOutputPort = function(variableName) {
        if (!is.character(variableName) || length(variableName) != 1 || is.na(variableName)) {
          wrong("maml.mapOutputPort takes the name of a variable, as text: maml.mapOutputPort(\"data.set\")")
        }
        if (!exists(variableName, envir = parent.frame())) wrong(sprintf("there is no variable \"%s\"", variableName))
        result <<- check_frame(get(variableName, envir = parent.frame()), variableName)
        invisible()
      }
    )
  }

  # What trainers and scorers may ask of their dataset.
  learning <- function(label, features) {
    list(
      get.feature.columns = function(dataset) dataset[, intersect(features, names(dataset)), drop = FALSE],
      get.feature.column.names = function(dataset) intersect(features, names(dataset)),
      get.label.column = function(dataset) dataset[[label]],
      get.label.columns = function(dataset) dataset[, intersect(label, names(dataset)), drop = FALSE],
      get.label.column.names = function(dataset) intersect(label, names(dataset)),
      get.label.column.types = function(dataset) {
        vapply(dataset[intersect(label, names(dataset))], function(column) class(column)[1], "")
      }
    )
  }

  prepare <- function(job) {
    tempdir(check = TRUE) # a service may have removed it after a call
    setwd(job$folder)
    opened <- 0
    pixels <- function(size) if (is.null(size)) 480 else if (size < 100) size * 72 else size # dev.new() has inches
    options(warn = 1, bitmapType = "cairo", keep.source = TRUE, device = function(width = NULL, height = NULL, ...) {
      opened <<- opened + 1
      name <- if (opened == 1) "Rplot%03d.png" else sprintf("Rplot%d_%%03d.png", opened)
      grDevices::png(name, width = pixels(width), height = pixels(height))
    })
    if (job$seed >= 0) set.seed(job$seed)
    if (job$mode == "script") {
      attach(api(job$ports), name = "maml", warn.conflicts = FALSE)
    } else {
      attach(learning(job$label, job$features), name = "maml", warn.conflicts = FALSE)
      assign("dataset", job$ports[[1]], envir = globalenv())
      if (!is.null(job$model)) assign("model", unserialize(job$model), envir = globalenv())
    }
  }

  line <- NULL # of the script, that is at work

  evaluate <- function(text) {
    source <- srcfilecopy(script_file, strsplit(text, "\n", fixed = TRUE)[[1]])
    expressions <- parse(text = text, keep.source = TRUE, srcfile = source, encoding = "UTF-8")
    places <- attr(expressions, "srcref")
    for (place in seq_along(expressions)) {
      line <<- places[[place]][1]
      shown <- withVisible(eval(expressions[[place]], globalenv()))
      if (shown$visible) print(shown$value)
    }
    line <<- NULL
  }

  taken <- function(job) {
    if (job$mode == "script") return(result)
    name <- c(train = "model", score = "scores")[[job$mode]]
    if (!exists(name, envir = globalenv(), inherits = FALSE)) wrong(sprintf("the script has to set the variable %s", name))
    value <- get(name, envir = globalenv())
    if (job$mode == "train") serialize(value, NULL) else check_frame(value, name)
  }

  # ---- Errors

  described <- function(error, calls) {
    message <- conditionMessage(error)
    parsed <- regmatches(message, regexec(paste0("^", script_file, ":([0-9]+):"), message))[[1]]
    lines <- lapply(calls, line_of)
    known <- c(if (length(parsed)) as.integer(parsed[2]), rev(unlist(lines)), line, 0L) # the nearest first
    call <- conditionCall(error)
    list(
      message = sub(paste0("^", script_file, ":"), "", message),
      line = as.integer(known[1]),
      call = if (is.null(call) || is_ours(call)) "" else first_line(call),
      trace = paste(sprintf("%d: %s\n", seq_along(calls), vapply(calls, told, "")), collapse = "")
    )
  }

  first_line <- function(call) substr(deparse(call, nlines = 1)[1], 1, 200)

  # Whether it is the call that runs a line of the script, and so none of the script's own.
  is_ours <- function(call) {
    identical(call, quote(eval(expressions[[place]], globalenv()))) || (is.call(call) && identical(call[[1]], quote(parse)))
  }

  line_of <- function(call) {
    place <- attr(call, "srcref")
    if (!is.null(place) && identical(attr(place, "srcfile")$filename, script_file)) place[1]
  }

  told <- function(call) {
    place <- attr(call, "srcref")
    where <- if (is.null(place)) "" else sprintf(" at %s#%d", basename(attr(place, "srcfile")$filename), place[1])
    paste0(first_line(call), where)
  }

  # The calls of the script's own, without those that lead to it and those that handle the error.
  own_calls <- function(calls) {
    ours <- which(vapply(calls, function(call) identical(call[[1]], quote(withVisible)), NA))
    start <- if (length(ours)) ours[1] + 2 else length(calls)
    kept <- calls[seq_along(calls) > start]
    while (length(kept) && is_handler(kept[[length(kept)]][[1]])) kept <- kept[-length(kept)]
    inside <- which(vapply(kept, function(call) is_of_api(call[[1]]), NA))
    if (length(inside)) kept <- kept[seq_len(inside[1])]
    kept[seq_len(min(length(kept), 50))]
  }

  is_handler <- function(called) {
    is.function(called) || identical(called, quote(.handleSimpleError)) || identical(called, quote(h))
  }

  is_of_api <- function(called) is.name(called) && startsWith(as.character(called), "maml.")

  # At the top of a script R would name the call that runs it.
  warned <- function(warning) {
    if (!is_ours(conditionCall(warning)) || getOption("warn") != 1) return()
    cat("Warning: ", conditionMessage(warning), "\n", sep = "", file = stderr())
    invokeRestart("muffleWarning")
  }

  attempt <- function(job) {
    calls <- list()
    tryCatch(
      withCallingHandlers(
        {
          prepare(job)
          evaluate(job$script)
          list(value = taken(job))
        },
        error = function(error) {
          now <- sys.calls()
          calls <<- own_calls(now)
        },
        warning = warned
      ),
      error = function(error) list(error = described(error, calls))
    )
  }

  put_error <- function(con, error) {
    put_texts(con, c(error$message, error$call, error$trace))
    put(con, error$line)
    where <- if (nzchar(error$call)) paste0(" in ", error$call) else ""
    cat(error$trace, "Error", where, ": ", error$message, "\n", sep = "", file = stderr())
  }

  run <- function() {
    input <- fd(2, "rb")
    job <- take_job(input)
    close(input)
    ended <- attempt(job)
    while (sink.number() > 0) sink()
    grDevices::graphics.off()
    output <- fd(3, "wb")
    value <- ended$value
    put(output, match(TRUE, c(!is.null(ended$error), is.null(value), is.raw(value), TRUE)))
    if (!is.null(ended$error)) put_error(output, ended$error)
    else if (is.raw(value)) put(output, value)
    else if (!is.null(value)) put_frame(output, value)
    close(output)
    TRUE
  }

  serve <- function() {
    control <- fd(1, "rb")
    status <- fd(4, "wb")
    repeat {
      if (!length(readBin(control, "raw", 1))) break
      job <- parallel::mcparallel(run(), mc.set.seed = FALSE)
      ended <- parallel::mccollect(job)
      # The copies share this folder.
      unlink(list.files(tempdir(), all.files = TRUE, full.names = TRUE, no.. = TRUE), recursive = TRUE, force = TRUE)
      writeBin(as.raw(isTRUE(ended[[1]])), status)
      flush(status)
    }
  }

  serve()
})
