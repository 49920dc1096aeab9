library(httr)
library(jsonlite)

url = {{URL}}
key = "YOUR_API_KEY"  # {{WHICH_KEY}}

data = {{BODY}}

response = VERB(
  {{METHOD}}, url,
  add_headers(Authorization = paste("Bearer", key)),
  content_type_json(),
  body = toJSON(data, auto_unbox = TRUE, null = "null", digits = NA)
)
answer = content(response, as = "text", encoding = "UTF-8")
if (http_error(response)) {
  print(headers(response))  # x-ms-request-id names this call in the server's log
  stop(answer)
}
{{SHOW}}
