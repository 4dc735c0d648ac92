'use strict';

/* Draws the report from the data in the page. A chart marks its element with data-drawn once it is drawn. */
(() => {
  const data = JSON.parse(document.getElementById('data').textContent);
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const charts = [];
  const content = document.getElementById('content');
  const arms = data.arms.filter(arm => arm.failure === null).map(arm => arm.name);

  /* Families keep a hue, so that an arm has the same colour in every chart; nvm-aof stands out. */
  const COLOURS = {
    'none': ['#8a94a3', '#8a94a3'], 'rdb': ['#b08900', '#d6b34a'],
    'aof-no': ['#9fc3ea', '#9fc3ea'], 'aof-everysec': ['#3b82d6', '#5b9ce8'], 'aof-always': ['#1e4f91', '#3f73b8'],
    'nvm-aof-emulated': ['#0b8a6a', '#2fc79d'], 'nvm-aof-libpmem': ['#086a52', '#57dcb8'],
    'nvm-aof-map-sync': ['#3aa88b', '#8be8cd'], 'nvm-aof-msync': ['#7dbd45', '#a5dc6f'],
    'redis-none': ['#e8a59c', '#e8a59c'], 'redis-rdb': ['#d9774f', '#e68f68'],
    'redis-everysec': ['#d6453d', '#f0675f'], 'redis-always': ['#8f1f2b', '#c2404d'],
    'jedis-mock': ['#7a5bc4', '#9d83dd'], 'claudb': ['#b04fa8', '#d07ac9'], 'infinispan': ['#6b5b4b', '#a8937d'],
  };
  const colour = arm => (COLOURS[arm] || ['#555', '#bbb'])[dark.matches ? 1 : 0];
  const style = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  const number = (value, digits = 0) => typeof value !== 'number' || !isFinite(value) ? '–'
    : value.toLocaleString('en', {minimumFractionDigits: digits, maximumFractionDigits: digits});
  /* Three digits that count. */
  const short = value => {
    if (typeof value !== 'number' || !isFinite(value)) return '–';
    const size = Math.abs(value);
    return size >= 1e6 ? number(value / 1e6, size >= 1e7 ? 1 : 2) + ' M' : size >= 1e4 ? number(value / 1e3, size >= 1e5 ? 0 : 1) + ' k'
      : number(value, size >= 100 ? 0 : size >= 10 ? 1 : 2);
  };
  const micros = value => typeof value !== 'number' || !isFinite(value) ? '–'
    : value >= 1e6 ? short(value / 1e6) + ' s' : value >= 1e3 ? short(value / 1e3) + ' ms' : short(value) + ' µs';
  const millis = value => micros(value * 1e3);
  const bytes = value => value >= 1 << 30 ? short(value / (1 << 30)) + ' GB' : short(value / (1 << 20)) + ' MB';

  function element(name, attributes = {}, ...children) {
    const made = document.createElement(name);
    Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
    made.append(...children);
    return made;
  }

  function card(title, sub) {
    const made = element('section', {class: 'card'}, element('h2', {}, title),
      element('p', {class: 'sub'}, data.media), element('p', {class: 'note'}, sub));
    content.append(made);
    return made;
  }

  function table(head, rows) {
    const cell = (name, value) => value instanceof Node ? value : element(name, {}, value);
    return element('div', {class: 'scroll'}, element('table', {},
      element('thead', {}, element('tr', {}, ...head.map(value => cell('th', value)))),
      element('tbody', {}, ...rows.map(row => row instanceof Node ? row
        : element('tr', {}, ...row.map(value => cell('td', value)))))));
  }

  function withSpread(spread, format) {
    const made = element('td', {}, format(spread.median));
    if (spread.count > 1 && typeof spread.median === 'number') {
      made.append(' ', element('small', {}, `${format(spread.lowerQuartile)} to ${format(spread.upperQuartile)}`));
    }
    return made;
  }

  function folded(summary, ...children) {
    return element('details', {}, element('summary', {}, summary), ...children);
  }

  /* The options are made anew when the colour scheme changes. */
  function chart(parent, title, options, shape = '') {
    const place = element('div', {class: 'chart ' + shape, role: 'img', 'aria-label': title + '; ' + data.media, 'data-chart': title});
    parent.append(place);
    const made = echarts.init(place, null, {renderer: 'svg'});
    const draw = () => made.setOption(Object.assign({
      animation: false,
      textStyle: {fontFamily: 'inherit', color: style('--ink')},
    }, options()), true);
    made.on('finished', () => place.setAttribute('data-drawn', 'true'));
    draw();
    charts.push({made, draw});
  }

  const axis = extra => {
    const label = Object.assign({color: style('--soft'), fontSize: 12}, extra.axisLabel);
    return Object.assign({
      nameTextStyle: {color: style('--soft'), fontSize: 12},
      axisLine: {lineStyle: {color: style('--line')}},
      axisTick: {show: false},
      splitLine: {lineStyle: {color: style('--line')}},
    }, extra, {axisLabel: label});
  };
  const legend = names => ({type: 'scroll', top: 0, data: names, textStyle: {color: style('--ink')}, pageTextStyle: {color: style('--soft')}});
  const tooltip = extra => Object.assign({confine: true, backgroundColor: style('--card'), borderColor: style('--line'),
    textStyle: {color: style('--ink')}}, extra);

  function facts() {
    const machine = data.machine;
    document.getElementById('media').textContent = data.media;
    document.getElementById('facts').textContent = [
      new Date(data.date).toISOString().replace('T', ' ').replace(/:\d\d\.000Z/, ' UTC'),
      `${machine.processor}, ${machine.processorCount} processors, ${bytes(machine.memoryBytes)}`, machine.kernel, machine.java,
      `took ${number(data.elapsedSeconds / 60, 1)} min`].join(' · ');
  }

  /* What a reader asks first, as far as the arms for it were run. */
  function highlights() {
    const nvm = ['nvm-aof-libpmem', 'nvm-aof-map-sync', 'nvm-aof-emulated', 'nvm-aof-msync'].find(arm => arms.includes(arm));
    const tiles = element('div', {class: 'tiles'});
    const add = (value, text) => tiles.append(element('div', {class: 'tile'}, element('b', {}, value), element('span', {}, text)));
    const cells = data.cells.filter(cell => cell.kind === 'closed' && cell.name.startsWith('set@'));
    for (const other of ['none', 'aof-everysec', 'aof-always', 'redis-everysec']) {
      const ratios = cells.filter(cell => nvm && cell.ratios[nvm] && cell.ratios[nvm][other])
        .map(cell => cell.ratios[nvm][other].median);
      if (ratios.length) {
        const [least, most] = [Math.min(...ratios), Math.max(...ratios)];
        add(least.toFixed(2) === most.toFixed(2) ? '× ' + short(least) : `× ${short(least)} – ${short(most)}`,
          `SET throughput of ${nvm} as a multiple of ${other}, by pipeline and clients`);
      }
    }
    const largest = Math.max(...data.restarts.map(restart => restart.gigabytes));
    const at = arm => data.restarts.find(restart => restart.arm === arm && restart.gigabytes === largest);
    if (nvm && at(nvm)) {
      const other = at('redis-rdb');
      add(millis(at(nvm).firstWriteMillis.median), `to the first write after a kill, ${largest} GB in ${nvm}`
        + (other ? `; redis-rdb: ${millis(other.firstWriteMillis.median)}` : ''));
    }
    document.getElementById('highlights').append(tiles);
  }

  /* Bars of one load: medians, with the quartiles as a line across the end of each. */
  function bars(parent, cell) {
    const names = arms.filter(arm => cell.arms[arm]).reverse();
    chart(parent, 'Throughput: ' + cell.title, () => ({
      title: {text: cell.title, left: 0, textStyle: {fontSize: 13, fontWeight: 600, color: style('--ink')}},
      grid: {left: 8, right: 64, top: 34, bottom: 8, containLabel: true},
      tooltip: tooltip({trigger: 'item', formatter: point => {
        const spread = cell.arms[names[point.dataIndex]].perSecond;
        return `${names[point.dataIndex]}<br><b>${short(spread.median)}/s</b>, quartiles ${short(spread.lowerQuartile)} to ${short(spread.upperQuartile)}`;
      }}),
      xAxis: axis({type: 'value', axisLabel: {formatter: short, hideOverlap: true}, splitNumber: 4}),
      yAxis: axis({type: 'category', data: names, splitLine: {show: false}, axisLabel: {color: style('--ink'), interval: 0}}),
      series: [{
        type: 'bar', barMaxWidth: 18,
        data: names.map(arm => ({value: cell.arms[arm].perSecond.median, itemStyle: {color: colour(arm), borderRadius: [0, 3, 3, 0]}})),
      }, {
        type: 'custom', z: 5,
        data: names.map((arm, index) => [cell.arms[arm].perSecond.lowerQuartile, index, cell.arms[arm].perSecond.upperQuartile, cell.arms[arm].perSecond.median]),
        encode: {x: [0, 2], y: 1},
        renderItem: (parameters, api) => {
          const from = api.coord([api.value(0), api.value(1)]);
          const to = api.coord([api.value(2), api.value(1)]);
          const line = (x1, y1, x2, y2) => ({type: 'line', shape: {x1, y1, x2, y2}, style: {stroke: style('--ink'), lineWidth: 1.4}});
          return {type: 'group', children: [line(from[0], from[1], to[0], to[1]), line(from[0], from[1] - 4, from[0], from[1] + 4),
            line(to[0], to[1] - 4, to[0], to[1] + 4),
            {type: 'text', style: {text: short(api.value(3)), x: Math.max(to[0], from[0]) + 7, y: to[1], textVerticalAlign: 'middle', fill: style('--soft'), fontSize: 11.5}}]};
        },
      }],
    }));
  }

  function throughput() {
    const cells = data.cells.filter(cell => cell.kind === 'closed' && Object.keys(cell.arms).length);
    if (!cells.length) return;
    const made = card('Throughput', 'Operations a second, as many as the server takes (closed loop). Bars are medians of the rounds, '
      + 'the line across the end of a bar spans the quartiles.');
    const pair = element('div', {class: 'pair'});
    made.append(pair);
    cells.forEach(cell => bars(pair, cell));
    made.append(table(['operations/s', ...arms], cells.map(cell => [cell.title,
      ...arms.map(arm => cell.arms[arm] ? withSpread(cell.arms[arm].perSecond, short) : '–')])));
    cells.forEach(cell => made.append(folded('Ratios, round by round: ' + cell.title, ratios(cell))));
  }

  function ratios(cell) {
    const names = arms.filter(arm => cell.arms[arm]);
    return table(['a row as a multiple of a column', ...names], names.map(arm => [arm,
      ...names.map(other => arm === other ? '' : cell.ratios[arm][other] ? withSpread(cell.ratios[arm][other], value => number(value, 2)) : '–')]));
  }

  function cost() {
    const cells = data.cells.filter(cell => cell.kind === 'closed' && Object.keys(cell.arms).length);
    if (!cells.length) return;
    const made = card('What an operation costs', 'Processor time of the server process, all its threads, and bytes written to the medium for each byte of keys '
      + 'and values given to keep. The table of arms says how bytes are counted; where most of the load reads, little is written and the figure says little.');
    chart(made, 'Processor time of an operation', () => ({
      legend: legend(arms),
      grid: {left: 8, right: 16, top: 46, bottom: 8, containLabel: true},
      tooltip: tooltip({trigger: 'axis', axisPointer: {type: 'shadow'}, valueFormatter: micros}),
      xAxis: axis({type: 'category', data: cells.map(cell => cell.name), axisLabel: {interval: 0, rotate: 30}}),
      yAxis: axis({type: 'log', name: 'µs of processor time', axisLabel: {formatter: micros}}),
      series: arms.map(arm => ({name: arm, type: 'scatter', symbolSize: 11, itemStyle: {color: colour(arm)},
        data: cells.map(cell => cell.arms[arm] && cell.arms[arm].cpuMicrosPerOperation.median > 0 ? cell.arms[arm].cpuMicrosPerOperation.median : '-')})),
    }));
    made.append(table(['processor time', ...arms], cells.map(cell => [cell.title,
      ...arms.map(arm => cell.arms[arm] ? withSpread(cell.arms[arm].cpuMicrosPerOperation, micros) : '–')])));
    made.append(table(['bytes written per byte given', ...arms], cells.map(cell => [cell.title,
      ...arms.map(arm => cell.arms[arm] ? withSpread(cell.arms[arm].writtenBytesPerPayloadByte, value => number(value, 2)) : '–')])));
  }

  /* A percentile axis on which each nine has the same room. */
  const nines = percentile => -Math.log10(1 - Math.min(percentile, 99.999) / 100);
  const NAMES = [0, 90, 99, 99.9, 99.99, 99.999];

  function latency() {
    data.cells.filter(cell => Object.keys(cell.percentiles).length && (cell.kind === 'open' || cell.name.startsWith('set@1x'))).forEach(cell => {
      const open = cell.kind === 'open';
      const made = card('Latency: ' + cell.title, open
        ? 'From the time at which the schedule wanted an operation sent, whether or not those before were answered: a stall is in the figures of all that came during it.'
        : 'At the limit of the server, from the sending of an operation. While the server stalls, nothing is sent: stalls count for less than with a fixed rate.');
      const names = arms.filter(arm => cell.percentiles[arm]);
      chart(made, 'Latency: ' + cell.title, () => ({
        legend: legend(names),
        grid: {left: 8, right: 30, top: 46, bottom: 26, containLabel: true},
        tooltip: tooltip({trigger: 'axis', formatter: points => `${number(points[0].data[2], 3)} %<br>`
          + points.map(point => `${point.marker}${point.seriesName}: <b>${micros(point.data[1])}</b>`).join('<br>')}),
        xAxis: axis({type: 'value', min: 0, max: 5, interval: 1, name: 'percentile', nameLocation: 'middle', nameGap: 28,
          axisLabel: {formatter: value => NAMES[value] + ' %'}}),
        yAxis: axis({type: 'log', axisLabel: {formatter: micros}}),
        series: names.map(arm => ({name: arm, type: 'line', showSymbol: false, lineStyle: {width: arm.startsWith('nvm') ? 3 : 2, color: colour(arm)},
          itemStyle: {color: colour(arm)}, data: cell.percentiles[arm].map(([percentile, value]) => [nines(percentile), Math.max(value, 1), percentile])})),
      }));
      made.append(table(['', 'p50', 'p99', 'p99.9', 'longest stall', ...(open ? ['reached', 'not answered', 'generator late by (p99)'] : [])],
        names.map(arm => {
          const figures = cell.arms[arm];
          return [arm, withSpread(figures.p50Micros, micros), withSpread(figures.p99Micros, micros), withSpread(figures.p999Micros, micros),
            withSpread(figures.longestStallMillis, millis),
            ...(open ? [short(figures.perSecond.median) + '/s', number(figures.unfinishedCount), micros(figures.latenessP99Micros.median)] : [])];
        })));
    });
  }

  function restarts() {
    if (!data.restarts.length) return;
    const made = card('Restart', 'Time from the start of the process to the first read with the right value, and to the first acknowledged write, by size of the data; logarithmic on both axes.');
    const names = [...new Set(data.restarts.map(restart => restart.arm))];
    const sizes = [...new Set(data.restarts.map(restart => restart.gigabytes))];
    const of = (arm, size) => data.restarts.find(restart => restart.arm === arm && restart.gigabytes === size);
    const pair = element('div', {class: 'pair'});
    made.append(pair);
    for (const [title, field] of [['To the first read', 'firstReadMillis'], ['To the first write', 'firstWriteMillis']]) {
      chart(pair, 'Restart: ' + title, () => ({
        title: {text: title, left: 0, textStyle: {fontSize: 13, fontWeight: 600, color: style('--ink')}},
        legend: Object.assign(legend(names), {top: 'bottom'}),
        grid: {left: 8, right: 20, top: 34, bottom: 56, containLabel: true},
        tooltip: tooltip({trigger: 'axis', valueFormatter: millis}),
        xAxis: axis({type: 'category', data: sizes.map(size => size + ' GB'), boundaryGap: false}),
        yAxis: axis({type: 'log', axisLabel: {formatter: millis}}),
        series: names.map(arm => ({name: arm, type: 'line', symbolSize: 8, lineStyle: {width: arm.startsWith('nvm') ? 3 : 2, color: colour(arm)},
          itemStyle: {color: colour(arm)}, data: sizes.map(size => of(arm, size) ? of(arm, size)[field].median : '-')})),
      }));
    }
    made.append(table(['first read / first write', ...sizes.map(size => size + ' GB')], names.map(arm => [arm,
      ...sizes.map(size => of(arm, size) ? `${millis(of(arm, size).firstReadMillis.median)} / ${millis(of(arm, size).firstWriteMillis.median)}` : '–')])));
  }

  function behaviour() {
    if (!data.behaviours.length) return;
    const made = card('Throughput over time', 'Pipelined SETs, in steps of 50 ms. The shaded time is that of a BGSAVE or BGREWRITEAOF; with nvm-aof the log is applied to the table all the time. A stall is where a line falls to the ground.');
    const pair = element('div', {class: 'pair'});
    made.append(pair);
    const scale = Math.max(...data.behaviours.map(run => Math.max(...run.timeline) * 1000 / run.bucketMillis));
    data.behaviours.forEach(run => {
      const end = run.endedMillis > 0 ? run.endedMillis : run.timeline.length * run.bucketMillis;
      chart(pair, 'Over time: ' + run.arm, () => ({
        title: {text: `${run.arm}: ${run.activity}`, left: 0, textStyle: {fontSize: 13, fontWeight: 600, color: style('--ink')}},
        grid: {left: 8, right: 20, top: 34, bottom: 8, containLabel: true},
        tooltip: tooltip({trigger: 'axis', valueFormatter: value => short(value) + '/s'}),
        xAxis: axis({type: 'value', max: run.timeline.length * run.bucketMillis / 1000, axisLabel: {formatter: '{value} s'}, splitLine: {show: false}}),
        yAxis: axis({type: 'value', max: Math.ceil(scale / 1e5) * 1e5, axisLabel: {formatter: short}}),
        series: [{type: 'line', showSymbol: false, lineStyle: {width: 1.6, color: colour(run.arm)}, itemStyle: {color: colour(run.arm)},
          areaStyle: {color: colour(run.arm), opacity: .18},
          data: run.timeline.map((count, index) => [(index + .5) * run.bucketMillis / 1000, count * 1000 / run.bucketMillis]),
          markArea: run.beganMillis >= 0 ? {silent: true, itemStyle: {color: style('--soft'), opacity: .16},
            data: [[{xAxis: run.beganMillis / 1000}, {xAxis: end / 1000}]]} : undefined}],
      }));
    });
    made.append(table(['', 'beside', 'lasted', 'throughput', 'longest stall', 'p99.9', 'largest backlog'], data.behaviours.map(run => [run.arm, run.activity,
      run.beganMillis < 0 ? '–' : run.endedMillis < 0 ? 'to the end' : millis(run.endedMillis - run.beganMillis),
      short(run.timeline.reduce((sum, count) => sum + count, 0) * 1000 / run.timeline.length / run.bucketMillis) + '/s',
      millis(run.longestStallMillis), micros(run.p999Micros),
      run.backlogBytes.length ? bytes(Math.max(...run.backlogBytes.map(point => point[1]))) : '–'])));
  }

  function replays() {
    if (!data.replays.length) return;
    const made = card('Replay', 'How fast the log is applied to the table while nobody adds to it, transactions of one SET each. Where this is faster than clients write, the log stays short.');
    made.append(table(['', 'transactions', 'applied a second'], data.replays.map(replay => [replay.arm, number(replay.transactionCount), withSpread(replay.perSecond, short)])));
  }

  function checks() {
    if (!data.checks.length) return;
    const made = card('Checked with redis-benchmark', 'The same SETs by this generator and by redis-benchmark, one after the other on one server. On two processors a generator that takes more of them leaves less for the server.');
    made.append(table(['', 'pipeline', 'own', 'redis-benchmark', 'own / redis-benchmark', 'command'], data.checks.map(check => [check.arm, number(check.pipeline),
      short(check.ownPerSecond) + '/s', short(check.redisBenchmarkPerSecond) + '/s', number(check.ownPerSecond / check.redisBenchmarkPerSecond, 2),
      element('td', {class: 'code'}, check.command)])));
  }

  function arrangement() {
    const made = card('Arms, machine and commands', 'One after another in rounds, on fresh directories, under the same load; the command line gives the whole run again.');
    made.append(element('p', {}, element('code', {}, data.commandLine)));
    made.append(table(['arm', 'an acknowledged write', 'directory', 'peak RSS', 'of its own', 'written bytes are', 'command'],
      data.arms.map(arm => element('tr', arm.failure === null ? {} : {class: 'failed'}, element('td', {}, arm.name),
        element('td', {class: 'text'}, arm.failure === null ? arm.promise : 'left out: ' + arm.failure),
        element('td', {}, `${arm.directory} (${arm.fileSystem})`), element('td', {}, arm.failure === null ? bytes(arm.peakResidentBytes) : '–'),
        element('td', {}, arm.failure === null ? bytes(arm.anonymousBytes) : '–'), element('td', {class: 'text'}, arm.countedBy),
        element('td', {class: 'code'}, arm.command)))));
    made.append(folded('Settings and versions', table(['', ''], [...Object.entries(data.settings), ...Object.entries(data.versions)]
      .map(([name, value]) => [name, element('td', {class: 'text'}, value)]))));
    if (data.notes.length) {
      made.append(folded('Notes', element('ul', {}, ...data.notes.map(note => element('li', {}, note)))));
    }
  }

  facts();
  highlights();
  throughput();
  latency();
  restarts();
  behaviour();
  replays();
  cost();
  checks();
  arrangement();
  dark.addEventListener('change', () => charts.forEach(chart => chart.draw()));
  addEventListener('resize', () => charts.forEach(chart => chart.made.resize()));
  document.documentElement.setAttribute('data-chart-count', charts.length);
})();
