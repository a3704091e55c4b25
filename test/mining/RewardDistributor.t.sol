// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";

import {IFeeRouter} from "../../contracts/mining/IFeeRouter.sol";
import {IMiningPool} from "../../contracts/mining/IMiningPool.sol";
import {EpochBook, NodeAccount, RewardTerms} from "../../contracts/mining/IRewardDistributor.sol";
import {RewardDistributor} from "../../contracts/mining/RewardDistributor.sol";
import {Track} from "../../contracts/mining/Track.sol";
import {CorexToken} from "../../contracts/token/CorexToken.sol";
import {NodeId} from "../../contracts/types/Ids.sol";
import {DirectoryDouble} from "../support/Doubles.t.sol";
import {Handler} from "../support/Handler.sol";
import {VotesWorld} from "../support/VotesWorld.sol";
import {vm} from "../support/Vm.sol";

/// @dev Drives the whole reward side: every external function of distributor, fee router and pool, honest and hostile.
contract RewardDistributorHandler is Handler, VotesWorld {
    uint256 public constant NODES = 6;
    uint256 private constant MAX_MULTIPLIER = 39_000;
    uint256 private constant MAX_POINTS = 2 ** 96 - 1;

    RewardDistributor public immutable distributor;
    IMiningPool public immutable pool;
    IFeeRouter public immutable router;
    CorexToken public immutable token;
    DirectoryDouble public immutable directory;

    /// @dev What is asked for, and how the node stood before.
    struct Asked {
        uint256 node;
        bool validates;
        uint256 multiplier;
        bool waits;
        uint256 left;
    }

    Asked private _asked;

    // Ghosts.
    uint256 public donated;
    uint256 public credits;
    uint256 public settlements;
    uint256 public lastEpoch;
    mapping(uint256 epoch => mapping(uint256 node => uint256 points)) public computePoints;
    mapping(uint256 epoch => mapping(uint256 node => uint256 points)) public validatePoints;
    /// @dev The largest cap of work the node had while it was credited in the epoch, before any multiplier.
    mapping(uint256 epoch => mapping(uint256 node => uint256 cap)) public largestCap;
    /// @dev The largest multiplier of work that earned the node a point in the epoch.
    mapping(uint256 epoch => mapping(uint256 node => uint256 multiplierBps)) public largestMultiplier;
    mapping(uint256 epoch => uint256 points) public networkComputePoints;
    mapping(uint256 epoch => uint256 points) public networkValidatePoints;

    constructor() {
        AccessManager manager = new AccessManager(address(this));
        directory = new DirectoryDouble();
        distributor = new RewardDistributor(
            address(manager),
            directory,
            RewardTerms(8_000, 10_000, 5_000, 200, 2e9),
            TREASURY,
            votes
        );
        pool = distributor.pool();
        router = distributor.feeRouter();
        token = pool.token();
        sealVotes(token, address(0), address(pool));
        for (uint256 node = 1; node <= NODES; ++node) {
            directory.set(_id(node), _payout(node), 10 ** (node * 3));
        }
    }

    function warp(uint256 secondsAhead) external onTime {
        clock += bound(secondsAhead, 1, 2 days);
        vm.warp(clock);
    }

    function creditMatched(
        uint256 nodeSeed,
        bool validates,
        uint256 work,
        uint256 multiplierSeed,
        uint256 fee
    ) external onTime {
        uint256 node = bound(nodeSeed, 0, NODES + 1);
        uint256 multiplier = _multiplier(multiplierSeed);
        if (fee % 4 != 0) fee = bound(fee, 0, 1e26);
        _ask(node, validates, multiplier);
        uint256 points = distributor.creditMatched(_id(node), _track(validates), work, multiplier, fee);
        EpochBook memory book = distributor.bookOf(pool.currentEpoch());
        // FM-45: at the most generous, the pool adds match * fee, whatever the multiplier. A real fee is below 2^128.
        if (fee < 2 ** 128) {
            require(points * book.maxRewardPerPoint * 10_000 <= fee * book.matchBps, "more than the match");
        }
        uint256 matched =
            fee > 2 ** 200
                ? (book.matchBps == 0 ? 0 : MAX_POINTS)
                : (fee * book.matchBps) / (10_000 * uint256(book.maxRewardPerPoint));
        _credited(points, _least(_raised(work, multiplier), matched));
    }

    function creditNetwork(uint256 nodeSeed, bool validates, uint256 work, uint256 multiplierSeed) external onTime {
        uint256 node = bound(nodeSeed, 0, NODES + 1);
        uint256 multiplier = _multiplier(multiplierSeed);
        _ask(node, validates, multiplier);
        uint256 points = distributor.creditNetwork(_id(node), _track(validates), work, multiplier);
        uint256 epoch = pool.currentEpoch();
        EpochBook memory book = distributor.bookOf(epoch);
        uint256 share = validates ? 10_000 - book.computeShareBps : book.computeShareBps;
        uint256 most = ((book.budget * share) / 10_000) * book.networkShareBps;
        uint256 spent = validates ? networkValidatePoints[epoch] : networkComputePoints[epoch];
        require((spent + points) * book.maxRewardPerPoint * 10_000 <= most, "more than the network share");
        uint256 affordable = most / (10_000 * uint256(book.maxRewardPerPoint)) - spent;
        if (validates) networkValidatePoints[epoch] += points;
        else networkComputePoints[epoch] += points;
        _credited(points, _least(_raised(work, multiplier), affordable));
    }

    /// @dev Work is not multiplied by more than quality, tier and boost can be, not even by a reporter.
    function creditBeyond(uint256 nodeSeed, uint256 work, uint256 multiplierSeed) external onTime {
        NodeId node = _id(bound(nodeSeed, 0, NODES + 1));
        uint256 multiplier = bound(multiplierSeed, MAX_MULTIPLIER + 1, type(uint256).max);
        Track track = _track(work % 2 == 0);
        address target = address(distributor);
        mustFail(address(this), target, abi.encodeCall(distributor.creditNetwork, (node, track, work, multiplier)));
        mustFail(
            address(this),
            target,
            abi.encodeCall(distributor.creditMatched, (node, track, work, multiplier, work))
        );
        mustFail(address(this), target, abi.encodeCall(distributor.pointsLeftOf, (node, multiplier)));
    }

    function creditAsStranger(address stranger, uint256 work) external onTime {
        if (stranger == address(this)) return;
        mustFail(
            stranger,
            address(distributor),
            abi.encodeCall(distributor.creditNetwork, (_id(1), Track.ComputePoC, work, 10_000))
        );
        mustFail(
            stranger,
            address(distributor),
            abi.encodeCall(distributor.creditMatched, (_id(1), Track.ComputePoC, work, 10_000, work))
        );
    }

    function seize(address stranger, address newAuthority, uint256 share) external onTime {
        if (stranger == address(this) || stranger == distributor.authority()) return;
        bytes memory seizing = abi.encodeWithSignature("setAuthority(address)", newAuthority);
        mustFail(stranger, address(distributor), seizing);
        mustFail(stranger, address(router), seizing);
        mustFail(stranger, address(router), abi.encodeCall(router.setShares, (share, 0)));
        mustFail(stranger, address(distributor), abi.encodeCall(distributor.setTerms, (distributor.terms())));
        mustFail(address(this), address(router), abi.encodeCall(router.setShares, (bound(share, 10_001, 2 ** 200), 0)));
    }

    function settle(uint256 first, uint256 second, uint256 third) external onTime {
        NodeId[] memory nodes = new NodeId[](3);
        nodes[0] = _id(bound(first, 0, NODES + 1));
        nodes[1] = _id(bound(second, 0, NODES + 1));
        nodes[2] = _id(bound(third, 0, NODES + 1));
        distributor.settle(nodes);
        ++settlements;
    }

    function settleAll() public onTime {
        NodeId[] memory nodes = new NodeId[](NODES);
        for (uint256 node = 1; node <= NODES; ++node) nodes[node - 1] = _id(node);
        distributor.settle(nodes);
        ++settlements;
    }

    function setTerms(uint16 compute, uint16 matching, uint16 network, uint16 fee, uint64 perPoint) external onTime {
        distributor.setTerms(
            RewardTerms({
                computeShareBps: uint16(bound(compute, 6_000, 9_000)),
                matchBps: uint16(bound(matching, 0, 20_000)),
                networkShareBps: uint16(bound(network, 0, 10_000)),
                claimFeeBps: uint16(bound(fee, 0, 500)),
                maxRewardPerPoint: uint64(bound(perPoint, 1, 1e12))
            })
        );
    }

    function setBadTerms(uint16 compute, uint64 perPoint) external onTime {
        RewardTerms memory bad = RewardTerms(8_000, 10_000, 5_000, 200, 2e9);
        if (compute < 6_000 || compute > 9_000) bad.computeShareBps = compute;
        else if (perPoint == 0 || perPoint > 1e12) bad.maxRewardPerPoint = perPoint;
        else return;
        mustFail(address(this), address(distributor), abi.encodeCall(distributor.setTerms, (bad)));
    }

    function setCapacity(uint256 nodeSeed, uint256 capacity) external onTime {
        uint256 node = bound(nodeSeed, 1, NODES);
        if (capacity % 8 != 0) capacity = bound(capacity, 0, 1e18);
        directory.set(_id(node), directory.payoutOf(_id(node)), capacity);
    }

    function togglePayout(uint256 nodeSeed) external onTime {
        uint256 node = bound(nodeSeed, 1, NODES);
        address payout = directory.payoutOf(_id(node)) == address(0) ? _payout(node) : address(0);
        directory.set(_id(node), payout, directory.dailyCapacityOf(_id(node)));
    }

    function setShares(uint256 burnShare, uint256 treasuryShare) external onTime {
        burnShare = bound(burnShare, 0, 10_000);
        router.setShares(burnShare, bound(treasuryShare, 0, 10_000 - burnShare));
    }

    function flush() external onTime {
        uint256 held = token.balanceOf(address(router));
        (uint256 burned, uint256 toTreasury, uint256 replenished) = router.flush();
        require(
            burned + toTreasury + replenished == held && token.balanceOf(address(router)) == 0,
            "flush kept something"
        );
    }

    function donate(uint256 nodeSeed, uint256 amountSeed) external onTime {
        address payout = _payout(bound(nodeSeed, 1, NODES));
        uint256 amount = bound(amountSeed, 0, token.balanceOf(payout));
        vm.prank(payout);
        token.transfer(address(distributor), amount);
        donated += amount;
    }

    function replenish(uint256 nodeSeed, uint256 amountSeed) external onTime {
        address payout = _payout(bound(nodeSeed, 1, NODES));
        uint256 balance = token.balanceOf(payout);
        if (balance == 0) return;
        uint256 amount = bound(amountSeed, 1, balance);
        vm.prank(payout);
        token.approve(address(pool), amount);
        vm.prank(payout);
        pool.replenish(amount);
    }

    function burn(uint256 nodeSeed, uint256 amountSeed) external onTime {
        address payout = _payout(bound(nodeSeed, 1, NODES));
        uint256 amount = bound(amountSeed, 0, token.balanceOf(payout));
        vm.prank(payout);
        token.burn(amount);
    }

    /// @dev Sum of the rewards that were drawn from the pool and not paid: closed epochs' accounts.
    function unpaid() external view returns (uint256 sum) {
        for (uint256 node = 1; node <= NODES; ++node) {
            NodeAccount memory account = distributor.accountOf(_id(node));
            if (pool.releasedIn(account.epoch) == 0) continue;
            EpochBook memory book = distributor.bookOf(account.epoch);
            sum += uint256(account.computePoints) * _perPoint(book, book.computeShareBps, book.computePoints);
            sum +=
                uint256(account.validatePoints) * _perPoint(book, 10_000 - book.computeShareBps, book.validatePoints);
        }
    }

    function id(uint256 node) external pure returns (NodeId) {
        return _id(node);
    }

    function _ask(uint256 node, bool validates, uint256 multiplier) private {
        uint256 left = distributor.pointsLeftOf(_id(node), multiplier);
        _asked = Asked(node, validates, multiplier, _waits(node), left);
    }

    /// @dev Compares a credit with the model: the least of what was offered and what is left of the cap, and nothing for a
    /// node whose earlier reward waits for a payout address.
    function _credited(uint256 points, uint256 offered) private {
        Asked memory asked = _asked;
        (uint256 node, uint256 multiplier) = (asked.node, asked.multiplier);
        uint256 epoch = pool.currentEpoch();
        require(distributor.openEpoch() == epoch, "the book of the running epoch is open");
        lastEpoch = epoch;
        uint256 capacity = directory.dailyCapacityOf(_id(node));
        uint256 cap = capacity > 1e30 ? MAX_POINTS : _least((capacity * 1e6 * 12) / 10, MAX_POINTS);
        uint256 had = computePoints[epoch][node] + validatePoints[epoch][node];
        uint256 raisedCap = _raised(cap, multiplier);
        uint256 left = raisedCap > had ? raisedCap - had : 0;
        require(asked.left == left, "another rest of the cap");
        require(points == (asked.waits ? 0 : _least(offered, left)), "another credit");
        if (points == 0) return;
        ++credits;
        if (asked.validates) validatePoints[epoch][node] += points;
        else computePoints[epoch][node] += points;
        if (cap > largestCap[epoch][node]) largestCap[epoch][node] = cap;
        if (multiplier > largestMultiplier[epoch][node]) largestMultiplier[epoch][node] = multiplier;
    }

    /// @dev Whether a reward of an earlier epoch waits because the node has no payout address.
    function _waits(uint256 node) private view returns (bool) {
        NodeAccount memory account = distributor.accountOf(_id(node));
        bool holds = account.computePoints + account.validatePoints > 0;
        return holds && account.epoch < pool.currentEpoch() && directory.payoutOf(_id(node)) == address(0);
    }

    /// @dev Often one of the ends, or one.
    function _multiplier(uint256 seed) private pure returns (uint256) {
        if (seed % 8 == 0) return 0;
        if (seed % 8 == 1) return 10_000;
        if (seed % 8 == 2) return MAX_MULTIPLIER;
        return bound(seed / 8, 0, MAX_MULTIPLIER);
    }

    /// @dev `points` times the multiplier, at most the most points of a node.
    function _raised(uint256 points, uint256 multiplier) private pure returns (uint256) {
        if (points > 2 ** 128) return multiplier == 0 ? 0 : MAX_POINTS;
        return _least((points * multiplier) / 10_000, MAX_POINTS);
    }

    function _least(uint256 a, uint256 b) private pure returns (uint256) {
        return a < b ? a : b;
    }

    function _perPoint(EpochBook memory book, uint256 shareBps, uint256 points) private pure returns (uint256) {
        if (points == 0) return 0;
        uint256 affordable = ((book.budget * shareBps) / 10_000) / points;
        return affordable < book.maxRewardPerPoint ? affordable : book.maxRewardPerPoint;
    }

    function _track(bool validates) private pure returns (Track) {
        return validates ? Track.StakeToValidate : Track.ComputePoC;
    }

    function _payout(uint256 node) private pure returns (address) {
        return address(uint160(0xc0ffee00 + node));
    }

    function _id(uint256 node) private pure returns (NodeId) {
        return NodeId.wrap(uint32(node));
    }
}

contract RewardDistributorInvariants {
    RewardDistributorHandler private _handler;

    function setUp() public {
        _handler = new RewardDistributorHandler();
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    /// @dev Solvency: the distributor holds exactly what it owes, and what was given to it.
    /// hardhat-config: invariant.failOnRevert = true
    function invariant_INV_RWD_1() public view {
        require(
            _handler.token().balanceOf(address(_handler.distributor())) == _handler.unpaid() + _handler.donated(),
            "INV-RWD-1"
        );
        require(_handler.token().balanceOf(address(_handler.pool())) >= _handler.pool().remaining(), "pool insolvent");
    }

    /// @dev The points of a book are its nodes' points, and what it draws is within its budget.
    /// hardhat-config: invariant.failOnRevert = true
    function invariant_INV_RWD_2() public view {
        uint256 last = _handler.lastEpoch();
        for (uint256 epoch = last > 3 ? last - 3 : 0; epoch <= last; ++epoch) {
            EpochBook memory book = _handler.distributor().bookOf(epoch);
            uint256 compute = 0;
            uint256 validate = 0;
            for (uint256 node = 0; node <= _handler.NODES() + 1; ++node) {
                compute += _handler.computePoints(epoch, node);
                validate += _handler.validatePoints(epoch, node);
            }
            require(book.computePoints == compute && book.validatePoints == validate, "INV-RWD-2");
            require(_handler.pool().releasedIn(epoch) <= book.budget, "INV-MIN-1");
        }
    }

    /// @dev No node has more points than the largest cap of work it had in that epoch, times the largest multiplier of its
    /// work; the handler also compares every single credit with the cap of that moment.
    /// hardhat-config: invariant.failOnRevert = true
    function invariant_INV_RWD_3() public view {
        uint256 last = _handler.lastEpoch();
        for (uint256 epoch = last > 3 ? last - 3 : 0; epoch <= last; ++epoch) {
            for (uint256 node = 0; node <= _handler.NODES() + 1; ++node) {
                uint256 points = _handler.computePoints(epoch, node) + _handler.validatePoints(epoch, node);
                uint256 most = _handler.largestCap(epoch, node) * _handler.largestMultiplier(epoch, node);
                require(points * 10_000 <= most, "INV-RWD-3");
            }
        }
    }

    /// @dev Network points are counted exactly, and stay within their share; the handler checks the match at each credit.
    /// hardhat-config: invariant.failOnRevert = true
    function invariant_INV_RWD_4() public view {
        uint256 last = _handler.lastEpoch();
        for (uint256 epoch = last > 3 ? last - 3 : 0; epoch <= last; ++epoch) {
            EpochBook memory book = _handler.distributor().bookOf(epoch);
            require(book.networkComputePoints == _handler.networkComputePoints(epoch), "INV-RWD-4: compute");
            require(book.networkValidatePoints == _handler.networkValidatePoints(epoch), "INV-RWD-4: validate");
            uint256 cost = uint256(book.networkComputePoints + book.networkValidatePoints) * book.maxRewardPerPoint;
            require(cost * 10_000 <= uint256(book.budget) * book.networkShareBps, "INV-RWD-4: share");
        }
    }

    /// @dev A flush leaves nothing behind; the handler checks each one, here that none is needed to hold the pool's ledger.
    /// hardhat-config: invariant.failOnRevert = true
    function invariant_INV_FEE_1() public view {
        CorexToken token = _handler.token();
        uint256 outside = token.totalSupply() - token.balanceOf(address(_handler.pool()));
        require(token.balanceOf(address(_handler.router())) <= outside, "INV-FEE-1");
        require(token.balanceOf(address(_handler.pool())) == _handler.pool().remaining(), "INV-FEE-1: ledger");
    }

    /// @dev Whatever happened, everyone with a payout address can be paid in full.
    function afterInvariant() public {
        uint256 last = _handler.lastEpoch();
        _handler.warp(2 days);
        _handler.warp(2 days);
        _handler.settleAll();
        for (uint256 node = 1; node <= _handler.NODES(); ++node) {
            NodeAccount memory account = _handler.distributor().accountOf(_handler.id(node));
            bool payable_ = _handler.directory().payoutOf(_handler.id(node)) != address(0);
            require(!payable_ || account.computePoints + account.validatePoints == 0, "stranded");
        }
        require(_handler.pool().remaining() <= 100_000_000e18, "ledger above supply");
        require(last == _handler.lastEpoch(), "settling is no credit");
    }
}
