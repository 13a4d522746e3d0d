-- KEYS: session
-- ARGV: prefix of users
local text = redis.call('GET', KEYS[1])
if not text then
  return false
end
local user = read(text).userId
return {text, user and redis.call('GET', ARGV[1] .. user) or false}
