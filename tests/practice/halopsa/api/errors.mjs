// What the API answers when it refuses: five shapes that were seen, and IIS's own page.
export class ApiError extends Error {
  // `code`: OAuth's, for the token endpoint.
  constructor(status, text, { code = null, headers = {} } = {}) {
    super(text)
    Object.assign(this, { status, code, headers })
  }
}

const SHAPES = {
  error: (text) => ({ error: text }),
  string: (text) => text,
  error_description: (text, status) => ({ error: `error_${status}`, error_description: text }),
  class_name: (text) => ({ ClassName: 'System.Exception', Message: text, StackTraceString: null }),
  result_code: (text, status) => ({ resultCode: status, errorMessage: text }),
}

export function error_body(shape, status, text) {
  if (shape === 'html') return html_page(status, text)
  return { type: 'application/json; charset=utf-8', body: JSON.stringify(SHAPES[shape](text, status)) }
}

export const html_page = (status, text) => ({
  type: 'text/html',
  body: `<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN">
<html xmlns="http://www.w3.org/1999/xhtml">
<head><title>IIS 10.0 Detailed Error - ${status}.0 - ${text}</title></head>
<body><div id="header"><h1>Server Error in Application "HALOPSA"</h1></div></body></html>`,
})
