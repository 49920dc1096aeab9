library(httr)
library(jsonlite)

url = {{URL}}
key = "YOUR_API_KEY"  # {{WHICH_KEY}}

# The inputs are blobs that are there; ConnectionString is that of their storage account.
data = {{BODY}}

call = function(method, path = "", body = "") {
  response = VERB(
    method, paste0(url, path, "?api-version=2.0"),
    add_headers(Authorization = paste("Bearer", key)),
    content_type_json(),
    body = body
  )
  answer = content(response, as = "text", encoding = "UTF-8")
  if (http_error(response)) stop(answer)
  answer
}

job = fromJSON(call("POST", body = toJSON(data, auto_unbox = TRUE, null = "null", digits = NA)))
invisible(call("POST", paste0("/", job, "/start")))
repeat {
  status = fromJSON(call("GET", paste0("/", job)))
  cat("Job", job, "is", status$StatusCode, "\n")
  if (status$StatusCode %in% c("Finished", "Failed", "Cancelled")) break
  Sys.sleep(1)
}
if (status$StatusCode != "Finished") stop(status$Details)
for (name in names(status$Results)) {
  place = status$Results[[name]]
  file = basename(place$RelativeLocation)
  download.file(paste0(place$BaseLocation, place$RelativeLocation, place$SasBlobToken), file, mode = "wb")
  cat(name, "is in", file, "\n")
}
