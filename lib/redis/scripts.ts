/**
 * What Redis does in one step, each. The keys of a run are its hash, its stream and its channel, in
 * this order. The clock is Redis' own, so that no two machines have to agree on the time. Answers
 * are tables, never errors: client libraries spell those differently.
 */

/** The fields of the hash, as far as they are read together. */
const STATE = `
local function state()
  local all = redis.call('HMGET', KEYS[1],
    'gen', 'epoch', 'owner', 'until', 'pos', 'end', 'fp', 'floor', 'bytes')
  local pos = tonumber(all[5]) or 0
  -- Redis may have evicted one of the two keys without the other.
  if not all[1] or (pos > 0 and redis.call('EXISTS', KEYS[2]) == 0) then return nil end
  return {
    gen = all[1], epoch = tonumber(all[2]), owner = all[3], till = tonumber(all[4]) or 0, pos = pos,
    ['end'] = all[6] or '', fp = all[7], floor = tonumber(all[8]), bytes = tonumber(all[9])
  }
end
local function now()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end
local function keep(retention)
  redis.call('PEXPIRE', KEYS[1], retention)
  redis.call('PEXPIRE', KEYS[2], retention)
end
`;

/** owner, lease, retention, a random name in case that there is none yet, the reply to open it for. */
export const ACQUIRE = `${STATE}
local owner, lease, retention, name = ARGV[1], tonumber(ARGV[2]), ARGV[3], ARGV[4]
local log, at, reopened = state(), now(), 0
if not log then
  redis.call('DEL', KEYS[1], KEYS[2])
  redis.call('HSET', KEYS[1],
    'gen', name, 'epoch', 0, 'pos', 0, 'state', 'open', 'fp', '', 'floor', 1, 'bytes', 0)
  log = state()
end
if ARGV[5] ~= '' and log['end'] == 'ended'
  and redis.call('HSETNX', KEYS[1], 'reply:' .. ARGV[5], log.pos) == 1 then
  redis.call('HDEL', KEYS[1], 'end')
  redis.call('HSET', KEYS[1], 'state', 'open')
  redis.call('SPUBLISH', KEYS[3], log.pos .. ' open')
  log['end'], log.owner, reopened = '', nil, 1
end
if log['end'] ~= '' then return { 'closed', log['end'] } end
if log.owner and log.owner ~= owner and log.till > at then return { 'held', log.till - at } end
redis.call('HSET', KEYS[1], 'owner', owner, 'until', string.format('%.0f', at + lease))
keep(retention)
return { 'yours', log.gen, redis.call('HINCRBY', KEYS[1], 'epoch', 1), log.pos, log.fp, reopened }
`;

/** owner, epoch, from, lease, retention, limit, end, then data and fingerprint of each frame. */
export const APPEND = `${STATE}
local owner, epoch, from = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local lease, retention, limit = tonumber(ARGV[4]), ARGV[5], tonumber(ARGV[6])
local closing, first = ARGV[7], 8
local count = (#ARGV - first + 1) / 2
local log = state()
if not log then return { 'gone' } end
if log.owner ~= owner or log.epoch ~= epoch then return { 'fenced', log.epoch } end
if log['end'] ~= '' then
  if from + count <= log.pos then return { 'appended', log.pos } end
  return { 'closed', log.pos, log['end'] }
end
if from > log.pos then return { 'gap', log.pos } end

-- Only its own repeat can be there already, for the office was not lost in between.
local fresh, bytes = first + (log.pos - from) * 2, log.bytes
for i = fresh, #ARGV, 2 do bytes = bytes + #ARGV[i] end
local pos, fp = log.pos, log.fp
if bytes > limit then
  closing, bytes = 'full', log.bytes
else
  for i = fresh, #ARGV, 2 do
    pos, fp = pos + 1, ARGV[i + 1]
    redis.call('XADD', KEYS[2], string.format('%d-0', pos), 'd', ARGV[i], 'f', fp)
  end
end
redis.call('HSET', KEYS[1],
  'pos', pos, 'fp', fp, 'bytes', bytes, 'until', string.format('%.0f', now() + lease))
if closing ~= '' then redis.call('HSET', KEYS[1], 'state', 'closed', 'end', closing) end
keep(retention)
if pos > log.pos or closing ~= '' then
  redis.call('SPUBLISH', KEYS[3], pos .. ' ' .. (closing ~= '' and 'closed' or 'open'))
end
if closing == 'full' then return { 'closed', pos, closing } end
return { 'appended', pos }
`;

/** The mark, how many entries and bytes at the most: state, then data and fingerprint of each. */
export const READ = `${STATE}
local after, fp, most, size = tonumber(ARGV[1]), ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local log = state()
if not log then return { 'gone' } end
if after == 0 then after = log.floor - 1
elseif after > log.pos or after < log.floor then return { 'rewound' }
elseif after < log.pos then
  local mark = redis.call('XRANGE', KEYS[2], after .. '-0', after .. '-0')[1]
  if not mark or mark[2][4] ~= fp then return { 'rewound' } end
elseif log.fp ~= fp then return { 'rewound' } end

local answer = { 'found', log.gen, log['end'], log.pos, after + 1 }
if after == log.pos then return answer end
local entries = redis.call('XRANGE', KEYS[2], (after + 1) .. '-0', '+', 'COUNT', most)
for _, entry in ipairs(entries) do
  if size <= 0 then break end
  answer[#answer + 1], answer[#answer + 2] = entry[2][2], entry[2][4]
  size = size - #entry[2][2]
end
return answer
`;

export const STAT = `${STATE}
local log = state()
if not log then return { 'gone' } end
local held = log.owner and math.max(0, log.till - now()) or 0
return { 'log', log.gen, log.epoch, held, log.pos, log.fp, log.floor, log.bytes, log['end'] }
`;

export const RELEASE = `
if redis.call('HGET', KEYS[1], 'owner') == ARGV[1] then
  redis.call('HDEL', KEYS[1], 'owner', 'until')
end
return { 'released' }
`;
